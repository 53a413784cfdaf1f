"""Staff pages of patient notices: writing, approving, publishing, ending; and refusals."""

import uuid

import pytest

from journal.models import Entry
from notices import workflow
from notices.models import Notice
from tests import make
from tests.notices import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def cs(client):
    client.force_login(make.person("cs"))
    return client


def text(response):
    return response.content.decode()


def test_customer_service_finds_the_form_filled_in_and_submits_it(cs):
    incident = make.incident("repairing")
    page = text(cs.get(f"/incidents/{incident.pk}/notices/new/"))
    assert "挂号、缴费暂时无法办理" in page
    # Two services, and the surface that a phone shows first.
    assert page.count(" checked") == 3
    response = cs.post(f"/incidents/{incident.pk}/notices/new/", making.typed())
    assert response.url == f"/incidents/{incident.pk}/notices/"
    notice = Notice.objects.get()
    assert (notice.state, notice.drafted_by.username) == ("draft", "kefu")
    assert notice.services.count() == 2
    assert "等应急处理领导小组批准" in text(cs.get(response.url))


def test_only_the_advice_must_be_typed(cs):
    """The form as it is given, with one sentence added, is complete."""
    incident = make.incident("repairing")
    form = cs.get(f"/incidents/{incident.pk}/notices/new/").context["form"]
    assert form["advice"].label == "现在怎么办"
    given = {field.html_name: field.value() for field in form}
    sent = {name: value for name, value in given.items() if value not in (None, "", [])}
    for name in ("next_update_at", "since"):
        sent[name] = f"{sent[name]:%Y-%m-%dT%H:%M}"
    response = cs.post(f"/incidents/{incident.pk}/notices/new/", sent | {"advice": "请到窗口"})
    assert response.status_code == 302
    assert Notice.objects.get().affected == given["affected"]


def test_a_double_click_makes_one_notice(cs):
    incident = make.incident("repairing")
    sent = making.typed(client_uuid=str(uuid.uuid4()))
    for _time in range(2):
        assert cs.post(f"/incidents/{incident.pk}/notices/new/", sent).status_code == 302
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"affected": "数据库宕机"}, "患者听不懂「数据库」「宕机」"),
        ({"advice": ""}, "请写明患者现在怎么办。"),
        ({"next_update_at": "2020-01-01T10:00"}, "已经过了"),
        ({"contact": "服务器组 8119"}, "患者听不懂「服务器」"),
        ({"expected_from": "明天"}, "请写成日期和时间"),
    ],
)
def test_what_was_typed_is_still_there_beside_the_error(cs, wrong, sentence):
    incident = make.incident("repairing")
    response = cs.post(
        f"/incidents/{incident.pk}/notices/new/",
        making.typed(where_to_go="住院楼二层") | wrong,
    )
    assert response.status_code == 422
    assert sentence in text(response)
    assert "住院楼二层" in text(response)
    shown = {kind.name: surface for kind, surface in response.context["preview"].surfaces}
    assert "住院楼二层" in shown["screen"].text
    assert not Notice.objects.exists()


def test_two_people_writing_at_once_meet_a_friendly_conflict(cs):
    incident = make.incident("repairing")
    workflow.draft(incident.pk, by=make.person("cs2"), facts=making.facts())
    response = cs.post(
        f"/incidents/{incident.pk}/notices/new/", making.typed(advice="请到二层窗口")
    )
    assert response.status_code == 409
    assert "已经写好第 1 版" in text(response)
    assert "请到二层窗口" in text(response)
    assert Notice.objects.count() == 1


def test_an_old_form_does_not_overwrite_newer_words(cs):
    notice = making.drafted()
    workflow.edit(notice.pk, by=make.person("cs2"), facts=making.facts(advice="同事写的"))
    sent = making.typed(advice="我写的", version="1")
    response = cs.post(f"/notices/{notice.pk}/edit/", sent)
    assert response.status_code == 409
    assert "我写的" in text(response)
    notice.refresh_from_db()
    assert notice.advice == "同事写的"
    assert response.context["form"]["version"].value() == "2"


def test_the_whole_way_on_the_pages(client):
    notice = making.drafted(make.incident("repairing", level=3))
    client.force_login(make.person("cs2"))
    page = text(client.get(f"/notices/{notice.pk}/approve/"))
    assert notice.affected in page
    assert client.post(f"/notices/{notice.pk}/approve/", {"version": 1}).status_code == 302
    client.force_login(make.person("cs"))
    form = client.get(f"/notices/{notice.pk}/publish/").context["form"]
    promised = making.typed()["next_update_at"]
    assert form["version"].value() == 2
    sent = {"version": 2, "next_update_at": promised}
    assert client.post(f"/notices/{notice.pk}/publish/", sent).status_code == 302
    assert client.get(f"/notices/{notice.pk}/update/").status_code == 200
    sent = making.typed(version="3", affected="只有自助机不能缴费")
    assert client.post(f"/notices/{notice.pk}/update/", sent).status_code == 302
    second = Notice.objects.get(number=2)
    assert (second.replaces, second.state) == (notice, "draft")
    sent = {"version": 1, "reason": "不更新了"}
    assert client.post(f"/notices/{second.pk}/withdraw/", sent).status_code == 302
    sent = {"version": 3, "text": "已恢复正常"}
    assert client.post(f"/notices/{notice.pk}/end/", sent).status_code == 302
    notice.refresh_from_db()
    assert notice.state == "ended"
    page = text(client.get(f"/incidents/{notice.incident_id}/notices/"))
    assert "结束时告诉患者：已恢复正常" in page
    assert "撤回理由：不更新了" in page


def test_approving_words_that_have_changed_shows_the_new_ones(client):
    notice = making.drafted()
    workflow.edit(notice.pk, by=make.person("cs"), facts=making.facts(advice="改过的话"))
    client.force_login(make.person("leader"))
    response = client.post(f"/notices/{notice.pk}/approve/", {"version": 1})
    assert response.status_code == 409
    assert "改过的话" in text(response)
    notice.refresh_from_db()
    assert notice.state == "draft"


def test_a_verb_without_its_word_keeps_the_page(cs):
    notice = making.published()
    response = cs.post(f"/notices/{notice.pk}/end/", {"version": 3, "text": ""})
    assert response.status_code == 422
    response = cs.post(f"/notices/{notice.pk}/end/", {"version": 3, "text": "数据库已恢复"})
    assert response.status_code == 422
    assert "患者听不懂「数据库」" in text(response)
    assert "数据库已恢复" in text(response)


def test_the_writer_gets_no_button_to_approve_and_others_none_to_write(client):
    notice = making.drafted()
    here = f"/incidents/{notice.incident_id}/notices/"
    approve, edit = f"/notices/{notice.pk}/approve/", f"/notices/{notice.pk}/edit/"
    # Ⅱ: the leading group approves.
    expected = {"cs": (False, True), "cs2": (False, True), "leader": (True, False)}
    expected |= {"it": (False, False), "auditor": (False, False)}
    for who, buttons in expected.items():
        client.force_login(make.person(who))
        page = text(client.get(here))
        assert (approve in page, edit in page) == buttons, who


@pytest.mark.parametrize("who", ["it", "department", "stranger", "admin", "auditor"])
def test_others_are_refused_and_nothing_is_written(client, who):
    notice = making.published()
    before = Entry.objects.count()
    client.force_login(make.person(who))
    sent = making.typed(version="3")
    pages = [f"/incidents/{notice.incident_id}/notices/new/", f"/notices/{notice.pk}/update/"]
    for url in pages:
        assert client.post(url, sent).status_code == 403
    for verb in ("publish", "end", "approve", "withdraw"):
        sent = {"text": "已恢复", "reason": "不要", "next_update_at": "2026-11-23T10:45"}
        assert client.post(f"/notices/{notice.pk}/{verb}/", sent).status_code == 403
    assert Entry.objects.count() == before
    notice.refresh_from_db()
    assert notice.state == "published"


def test_anonymous_people_are_sent_to_sign_in(client):
    notice = making.drafted()
    for url in (
        "/notices/",
        "/alerts/",
        "/notices/bell/",
        f"/incidents/{notice.incident_id}/notices/",
        f"/incidents/{notice.incident_id}/notices/panel/",
        f"/incidents/{notice.incident_id}/notices/new/",
        f"/notices/{notice.pk}/edit/",
        f"/notices/{notice.pk}/approve/",
    ):
        response = client.get(url)
        assert (response.status_code, "/accounts/login/" in response.url) == (302, True), url


def test_the_preview_words_the_notice_while_it_is_being_typed(cs):
    incident = make.incident("repairing")
    page = text(
        cs.post(
            f"/incidents/{incident.pk}/notices/preview/",
            {"affected": "暂时不能<b>挂号</b>", "advice": "请等服务器修好"},
        )
    )
    assert "暂时不能&lt;b&gt;挂号&lt;/b&gt;" in page
    assert "患者听不懂「服务器」" in page
    assert "暂时无法估计" in page
    assert not Notice.objects.exists()


def test_the_list_shows_what_needs_something_now_overdue_first(cs):
    unspoken = make.incident("confirmed")
    waiting = making.drafted()
    late = making.published(next_update_at=make.later(minutes=10), affected="甲不能办理")
    calm = making.published(next_update_at=make.later(minutes=20), affected="乙不能办理")
    done = making.published(affected="丙不能办理")
    workflow.end(done.pk, by=make.person("cs"), text="已恢复")
    work = cs.get("/notices/").context["work"]
    assert work.published == [late, calm]
    assert work.waiting == [waiting]
    assert work.unspoken == [unspoken]
    assert work.unspoken[0].notice_due_at is not None
    page = text(cs.get("/notices/", headers={"HX-Request": "true"}))
    assert "丙不能办理" not in page
    assert "<html" not in page


def test_lists_have_a_fixed_number_of_queries(cs, django_assert_num_queries):
    notice = making.published()
    for _number in range(3):
        notice = making.updated(notice)
        making.published()
        making.drafted()
        make.incident("confirmed")
    cs.get("/notices/")
    with django_assert_num_queries(6):  # session, person, four lists
        cs.get("/notices/", headers={"HX-Request": "true"})
    with django_assert_num_queries(6):  # session, person, incident, notices, services, groups
        cs.get(f"/incidents/{notice.incident_id}/notices/panel/", headers={"HX-Request": "true"})


def test_a_waiver_is_offered_until_patients_were_told(cs):
    incident = make.incident("confirmed")
    waive = f"/incidents/{incident.pk}/waive_notice/"
    assert waive in text(cs.get(f"/incidents/{incident.pk}/notices/"))
    making.published(incident)
    assert waive not in text(cs.get(f"/incidents/{incident.pk}/notices/"))
