"""The review's pages over HTTP."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from journal.models import Entry
from reviews import workflow
from reviews.models import ActionItem, Review
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    """Sign in as a role and give the client."""

    def sign_in(who):
        client.force_login(make.person(who))
        return client

    return sign_in


def page_of(incident):
    return reverse("reviews:detail", args=[incident.pk])


def verb_of(incident, verb):
    return reverse("reviews:verb", args=[incident.pk, verb])


def text(response):
    return response.content.decode()


FINDINGS = {
    "root_cause": "design",
    "root_cause_text": "连接池上限过低",
    "process_evaluation": "配合顺畅",
}


def test_anonymous_people_are_sent_to_the_login(client):
    incident = written.submitted().review.incident
    for name in ("detail", "panel", "report"):
        response = client.get(reverse(f"reviews:{name}", args=[incident.pk]))
        assert response.status_code == 302
        assert "/accounts/login" in response["Location"]
    assert client.get(reverse("reviews:list")).status_code == 302
    assert client.post(verb_of(incident, "receive")).status_code == 302
    assert Incident.objects.get().state == "reviewing"


def test_before_its_time_the_page_says_how_the_review_comes(as_):
    incident = make.incident("repairing")
    response = as_("it").get(page_of(incident))
    assert response.status_code == 200
    assert "评估还没有开始" in text(response)
    assert not Review.objects.exists()
    assert as_("it").get(reverse("reviews:report", args=[incident.pk])).status_code == 404
    assert as_("fault_head").post(verb_of(incident, "submit")).status_code == 409


def test_the_whole_review_through_the_pages(as_):
    incident = written.reviewing()
    head = as_("fault_head")
    shown = text(head.get(page_of(incident)))
    assert "还没有记录评估会议" in shown
    meeting = {
        "meeting_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "place": "三楼会议室",
        "chair": make.person("leader").pk,
        "attendees": [make.person("it").pk, make.person("cs").pk],
        "version": 1,
    }
    response = head.post(verb_of(incident, "record_meeting"), meeting)
    assert response.status_code == 302
    assert response["Location"] == f"{page_of(incident)}#meeting"
    assert head.post(verb_of(incident, "record_findings"), FINDINGS).status_code == 302
    action = {
        "kind": "fix",
        "measure": "加告警",
        "department": make.department("信息技术部").pk,
        "due_on": f"{timezone.localdate() + datetime.timedelta(days=7)}",
    }
    assert head.post(verb_of(incident, "add_action"), action).status_code == 302
    version = Review.objects.get().version
    assert head.post(verb_of(incident, "submit"), {"version": version}).status_code == 302
    leader = as_("leader")
    assert "接收报告并归档" in text(leader.get(page_of(incident)))
    assert leader.post(verb_of(incident, "receive"), {"remark": "同意"}).status_code == 302
    assert Incident.objects.get().state == "closed"
    item = ActionItem.objects.get()
    finish = reverse("reviews:action_verb", args=[item.pk, "finish"])
    assert as_("it").post(finish, {"proof": ""}).status_code == 422
    assert as_("it").post(finish, {"proof": "已上线"}).status_code == 302
    assert as_("it").post(finish, {"proof": "又一次"}).status_code == 409
    assert ActionItem.objects.get().proof == "已上线"


def test_buttons_are_those_of_the_machine(as_):
    incident = written.complete()
    for who, sees in (("cs", False), ("auditor", False), ("leader", True), ("fault_head", True)):
        shown = text(as_(who).get(page_of(incident)))
        assert (verb_of(incident, "submit") in shown) is sees, who
        assert verb_of(incident, "receive") not in shown
    workflow.submit(incident.pk, by=make.person("fault_head"))
    for who, sees in (("cs", False), ("fault_head", False), ("leader", True)):
        shown = text(as_(who).get(page_of(incident)))
        assert (verb_of(incident, "receive") in shown) is sees, who
        assert verb_of(incident, "record_findings") not in shown


def test_who_may_not_gets_403_and_nothing_is_written(as_):
    incident = written.complete()
    before = Entry.objects.count()
    for who in ("cs", "it", "auditor", "admin"):
        response = as_(who).post(verb_of(incident, "record_findings"), FINDINGS)
        assert response.status_code == 403, who
    assert Entry.objects.count() == before


def test_an_unfinished_report_is_refused_with_what_is_missing(as_):
    incident = written.reviewing()
    response = as_("fault_head").post(verb_of(incident, "submit"))
    assert response.status_code == 422
    assert "还没有确定根本原因的类别" in text(response)
    assert Review.objects.get().state == "draft"


def test_wrong_input_keeps_what_was_typed(as_):
    incident = written.reviewing()
    for day in ("不知道", "9999-12-31"):
        response = as_("fault_head").post(
            verb_of(incident, "add_action"), {"measure": "换交换机电源", "due_on": day}
        )
        assert response.status_code == 422
        assert "换交换机电源" in text(response)
    assert "2000 年到 2199 年" in text(response)


def test_somebody_was_faster_shows_theirs_and_keeps_mine(as_):
    incident = written.reviewing()
    seen = workflow.open_review(incident.pk).version
    written.findings(incident, root_cause_text="别人写的原因")
    response = as_("fault_head").post(
        verb_of(incident, "record_findings"),
        FINDINGS | {"version": seen, "root_cause_text": "我写的原因"},
    )
    assert response.status_code == 409
    shown = text(response)
    assert "别人写的原因" in shown
    assert "我写的原因" in shown
    assert Review.objects.get().root_cause_text == "别人写的原因"
    # Having seen it, the same form may be sent again.
    version = re.search(r'name="version" value="(\d+)" id="record_findings-version"', shown)
    assert version, "the form carries the new version"
    assert int(version[1]) == Review.objects.get().version


def test_what_was_typed_is_shown_as_text(as_):
    incident = written.complete()
    written.findings(incident, root_cause_text="<script>alert(1)</script>")
    for name in ("detail", "report"):
        shown = text(as_("leader").get(reverse(f"reviews:{name}", args=[incident.pk])))
        assert "<script>alert(1)" not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_a_draft_report_says_so_and_a_submitted_one_stands(as_):
    incident = written.complete()
    url = reverse("reviews:report", args=[incident.pk])
    assert "【草稿】" in text(as_("auditor").get(url))
    submission = workflow.submit(incident.pk, by=make.person("fault_head"))
    before = text(as_("auditor").get(url))
    assert "【草稿】" not in before
    assert submission.hash in before
    assert "内容与日志中的校验值一致" in before
    for part in (
        Review.objects.get().report_number,
        "应急处理领导小组",
        "一、故障经过",
        "三、响应用时",
        "hisdb.bak",
        "连接池加告警与自动扩容",
        "未发布患者通知，理由：仅内部窗口",
    ):
        assert part in before, part
    Incident.objects.update(title="改过的标题", seen="改过的现象")
    after = text(as_("auditor").get(url))
    assert "改过的" not in after


def test_the_list_shows_work_measures_and_archive(as_):
    archived = written.received()
    in_work = written.reviewing()
    ActionItem.objects.update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    client = as_("it")
    shown = text(client.get(reverse("reviews:list")))
    assert page_of(in_work) in shown
    assert "已逾期" in shown
    number = Review.objects.get(incident=archived).report_number
    assert number in shown
    assert number in text(client.get(reverse("reviews:list"), {"q": number}))
    assert number not in text(client.get(reverse("reviews:list"), {"q": "不存在的词"}))
    assert client.get(reverse("reviews:list"), {"page": "x"}).status_code == 200


def test_the_panel_says_what_is_missing(as_):
    incident = written.reviewing()
    panel = reverse("reviews:panel", args=[incident.pk])
    assert "可以开始评估" in text(as_("it").get(panel))
    workflow.open_review(incident.pk)
    assert "还没有记录评估会议" in text(as_("it").get(panel))
    assert f"live:incident-{incident.pk}" in text(as_("it").get(panel))


@pytest.mark.parametrize("name", ["detail", "panel", "report"])
def test_queries_do_not_grow_with_what_is_shown(as_, name, django_assert_max_num_queries):
    incident = written.complete()
    client = as_("leader")
    url = reverse(f"reviews:{name}", args=[incident.pk])
    with django_assert_max_num_queries(48) as few:
        client.get(url)
    for number in range(4):
        written.action(incident, measure=f"措施{number}")
    with django_assert_max_num_queries(len(few)):
        client.get(url)


def test_queries_of_the_list_do_not_grow(as_, django_assert_max_num_queries):
    written.received()
    client = as_("leader")
    with django_assert_max_num_queries(25) as few:
        client.get(reverse("reviews:list"))
    written.received()
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("reviews:list"))


def test_the_commander_finds_the_reports_that_wait_for_them(client):
    submission = written.submitted()
    address = reverse("reviews:awaiting")
    client.force_login(make.person("leader"))
    assert submission.review.report_number in client.get(address).text
    assert f'hx-get="{address}"' in client.get(reverse("incidents:commander")).text
    # Nobody receives their own report, and others have no say in it.
    for who in ("fault_head", "it", "auditor"):
        client.force_login(make.person(who))
        assert submission.review.report_number not in client.get(address).text
