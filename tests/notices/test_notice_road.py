"""Approval by grade, publishing in an emergency, correcting and taking back what was public."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from incidents import gates
from incidents import workflow as incidents
from incidents.models import Deadline
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import changes, public, workflow
from notices.models import Notice
from plans.models import Grade
from tests import make
from tests.notices import making

pytestmark = pytest.mark.django_db


def events(incident):
    return list(Entry.objects.of(incident.stream).values_list("event", flat=True))


def running(incident, kind):
    return Deadline.objects.running().filter(incident=incident, kind=kind)


def signed_in(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def urgently(incident=None, **facts):
    notice = making.drafted(incident, **facts)
    return workflow.publish_urgently(
        notice.pk, by=make.person("cs"), version=1, reason="大厅已有上百人"
    )


# Who approves -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "who", "may"),
    [
        (1, "cs2", False),
        (1, "leader", True),
        (2, "cs2", False),
        (2, "kefuzhuren", True),
        (2, "fault_head", True),
        (3, "cs2", True),
        (3, "leader", True),
        (3, "it", False),
    ],
)
def test_the_grade_says_who_approves(level, who, may):
    notice = making.drafted(make.incident("repairing", level=level))
    if may:
        workflow.approve(notice.pk, by=make.person(who))
        return
    with pytest.raises(NotAllowed):
        workflow.approve(notice.pk, by=make.person(who))
    notice.refresh_from_db()
    assert notice.state == "draft"
    assert "notice.approve" not in events(notice.incident)


def test_the_rule_is_that_of_the_incidents_own_version_of_the_plan():
    incident = make.incident("repairing", level=2)
    notice = making.drafted(incident)
    Grade.objects.filter(pk=incident.grade_id).update(approval="second")
    assert workflow.approve(notice.pk, by=make.person("cs2")).state == "approved"


def test_a_grade_that_rose_asks_for_the_leading_group_again():
    incident = make.incident("repairing", level=3)
    notice = making.drafted(incident)
    workflow.approve(notice.pk, by=make.person("cs2"))
    incidents.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="全院停用")
    with pytest.raises(Conflict, match="领导小组重新批准"):
        workflow.publish(notice.pk, by=make.person("cs"))
    notice.refresh_from_db()
    assert notice.state == "approved"
    workflow.approve(notice.pk, by=make.person("leader"))
    workflow.publish(notice.pk, by=make.person("cs"))


def test_what_was_approved_is_not_approved_twice():
    notice = making.approved()
    with pytest.raises(Conflict):
        workflow.approve(notice.pk, by=make.person("kefuzhuren"))


# First published, then approved -------------------------------------------------------------


def test_in_an_emergency_patients_are_told_at_once_and_an_approval_is_owed():
    notice = urgently()
    assert (notice.state, notice.approved_by) == ("published", None)
    clock = running(notice.incident, "ratify").get()
    assert clock.due_at == notice.ratify_by
    assert notice.ratify_by - notice.published_at == timedelta(minutes=20)
    assert [said["affected"] for said in public.renew().facts["notices"]] == [notice.affected]
    assert {"notice.publish", "incident.notify", "notice.publish_urgently"} <= set(
        events(notice.incident)
    )
    notice = workflow.ratify(notice.pk, by=make.person("leader"))
    assert notice.approved_by == make.person("leader")
    assert not running(notice.incident, "ratify").exists()
    assert Entry.objects.get(event="notice.ratify").facts["late"] is False


def test_the_alarm_rises_when_nobody_approved_in_time():
    notice = urgently()
    Deadline.objects.filter(kind="ratify").update(due_at=make.later(minutes=-1))
    assert incidents.climb() == 1
    assert Entry.objects.get(event="deadline.pass").facts["kind"] == "ratify"
    Notice.objects.filter(pk=notice.pk).update(ratify_by=make.later(minutes=-1))
    workflow.ratify(notice.pk, by=make.person("leader"))
    assert Entry.objects.get(event="notice.ratify").facts["late"] is True


def test_an_emergency_is_no_way_around_the_rules():
    notice = making.drafted()
    with pytest.raises(Incomplete):
        workflow.publish_urgently(notice.pk, by=make.person("cs"), reason=" ")
    with pytest.raises(Incomplete):
        workflow.publish_urgently(
            notice.pk, by=make.person("cs"), reason="急", next_update_at=make.later(hours=5)
        )
    with pytest.raises(NotAllowed):
        workflow.publish_urgently(notice.pk, by=make.person("it"), reason="急")
    Grade.objects.filter(pk=notice.incident.grade_id).update(ratify_minutes=None)
    with pytest.raises(Conflict, match="不能先发布"):
        workflow.publish_urgently(notice.pk, by=make.person("cs"), reason="急")
    notice.refresh_from_db()
    assert notice.state == "draft"
    assert not Deadline.objects.filter(kind="ratify").exists()
    assert "notice.publish" not in events(notice.incident)


def test_who_wrote_it_does_not_approve_it_afterwards_nor_anybody_twice():
    notice = urgently()
    with pytest.raises(NotAllowed):
        workflow.ratify(notice.pk, by=make.person("cs"))
    workflow.ratify(notice.pk, by=make.person("leader"))
    with pytest.raises(Conflict):
        workflow.ratify(notice.pk, by=make.person("kefuzhuren"))


def test_the_approval_stays_owed_after_the_end_and_holds_up_the_clean_up():
    notice = urgently()
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    keys = [one.key for one in gates.conditions(gates.CLEANUP, notice.incident) if one.open]
    assert "notice_ratified" in keys
    workflow.ratify(notice.pk, by=make.person("leader"))
    keys = [one.key for one in gates.conditions(gates.CLEANUP, notice.incident) if one.open]
    assert "notice_ratified" not in keys


def test_a_second_person_who_takes_it_back_settles_it():
    notice = urgently()
    notice = workflow.withdraw(notice.pk, by=make.person("leader"), reason="地点写错了")
    assert not notice.is_unratified
    assert not running(notice.incident, "ratify").exists()
    assert not Notice.objects.unratified().exists()


def test_the_writer_who_takes_it_back_still_owes_a_second_look():
    notice = urgently()
    notice = workflow.withdraw(notice.pk, by=make.person("cs"), reason="地点写错了")
    assert notice.is_unratified
    assert running(notice.incident, "ratify").exists()
    assert Notice.objects.unratified().get() == notice
    workflow.ratify(notice.pk, by=make.person("leader"))
    assert not Notice.objects.unratified().exists()


@pytest.mark.parametrize("wrong", [{"urgent_reason": ""}, {"ratify_by": None}])
def test_the_database_refuses_a_public_notice_that_nobody_answers_for(wrong):
    notice = urgently()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**wrong)


# Taking back and correcting ------------------------------------------------------------------


def test_what_was_public_is_taken_back_and_patients_read_that_it_does_not_hold():
    notice = making.published()
    notice = workflow.withdraw(notice.pk, by=make.person("cs"), reason="办理地点写错了")
    facts = public.renew().facts
    assert facts["notices"] == []
    assert facts["withdrawn"][0]["withdrawal_reason"] == "办理地点写错了"
    page = Client().get("/status/").text
    assert "此前的通知已撤回" in page
    assert "办理地点写错了" in page
    # A first word is owed again.
    assert not running(notice.incident, "next_notice").exists()
    assert running(notice.incident, "first_notice").get().step == notice.pk
    making.published(notice.incident)
    assert not running(notice.incident, "first_notice").exists()


def test_where_the_only_word_was_taken_back_nobody_counts_as_told():
    notice = making.published()
    incident = notice.incident
    workflow.withdraw(notice.pk, by=make.person("cs"), reason="办理地点写错了")
    incident.refresh_from_db()
    told = {point.key: point.met for point in gates.conditions(gates.RESTORE, incident)}
    assert told["notice"] is False
    cs = signed_in("cs")
    assert "还没有通知患者" in cs.get("/notices/").text
    assert "通知已撤回，还没有新的" in cs.get(f"/incidents/{incident.pk}/notices/").text
    # Another grade brings its own time for the word that is owed.
    incidents.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="全院停用")
    assert running(incident, "first_notice").count() == 1
    incidents.waive_notice(incident.pk, by=make.person("cs"), reason="其实没有影响到患者")
    assert "其实没有影响到患者" in cs.get(f"/incidents/{incident.pk}/notices/").text
    assert not running(incident, "first_notice").exists()


def test_a_waiver_says_nothing_once_a_notice_was_published_and_taken_back():
    incident = make.incident("repairing")
    incidents.waive_notice(incident.pk, by=make.person("cs"), reason="患者感觉不到")
    notice = making.published(incident)
    workflow.withdraw(notice.pk, by=make.person("cs"), reason="办理地点写错了")
    incident.refresh_from_db()
    assert incident.notice_waived_at is None
    incidents.waive_notice(incident.pk, by=make.person("cs"), reason="已经没有人在等")
    assert [one.reason for one in incident.waivers.all()] == ["患者感觉不到", "已经没有人在等"]


def test_the_reason_of_taking_back_is_in_the_words_of_patients():
    notice = making.published()
    with pytest.raises(Incomplete, match="服务器"):
        workflow.withdraw(notice.pk, by=make.person("cs"), reason="服务器的事写错了")
    notice.refresh_from_db()
    assert notice.state == "published"
    assert running(notice.incident, "next_notice").exists()


def test_a_correction_says_what_was_wrong_and_the_wrong_words_stay_on_record():
    first = making.published(where_to_go="门诊楼一层")
    second = making.updated(first, where_to_go="门诊楼二层", correction="应在二层，不是一层")
    assert "更正：应在二层，不是一层" in Client().get("/status/").text
    first.refresh_from_db()
    assert (first.state, first.where_to_go) == ("updated", "门诊楼一层")
    found = changes.since_before(Notice.objects.get(pk=second.pk))
    assert ("门诊楼一层", "门诊楼二层") in [(one.before, one.after) for one in found]
    entry = Entry.objects.filter(event="notice.update").get()
    assert entry.facts["correction"] == "应在二层，不是一层"
    # The next update does not repeat it.
    form = signed_in("cs").get(f"/notices/{second.pk}/update/").context["form"]
    assert form["correction"].value() == ""


def test_english_is_english():
    with pytest.raises(Incomplete) as refused:
        making.drafted(advice_en="请取号")
    assert list(refused.value.fields) == ["advice_en"]
    notice = making.published(advice_en="Please take a number")
    notice = workflow.end(notice.pk, by=make.person("cs"), text="已恢复", text_en="Works again")
    assert public.renew().facts["ended"][0]["ended_text_en"] == "Works again"


# The pages ---------------------------------------------------------------------------------------


def test_every_surface_is_shown_while_typing_and_what_is_wrong_stands_at_its_field():
    incident = make.incident("repairing")
    sent = making.typed(affected="数据库坏了", advice="")
    before = Entry.objects.count()
    page = signed_in("cs").post(f"/incidents/{incident.pk}/notices/preview/", sent).text
    for label in ("公开页", "大厅屏", "热线话术", "导诊话术", "广播稿", "短信", "英文版", "大字版"):
        assert label in page
    assert 'id="say-affected" aria-live="polite" hx-swap-oob="true">患者听不懂「数据库」' in page
    assert 'id="say-advice" aria-live="polite" hx-swap-oob="true">请写明患者现在怎么办。' in page
    assert 'id="say-where_to_go" aria-live="polite" hx-swap-oob="true"></p>' in page
    assert Entry.objects.count() == before
    ready = signed_in("cs").post(f"/incidents/{incident.pk}/notices/preview/", making.typed()).text
    assert "可以提交批准" in ready


def test_without_a_script_a_button_shows_the_surfaces_and_writes_nothing():
    incident = make.incident("repairing")
    sent = making.typed(next_update_at="", preview="1")
    answer = signed_in("cs").post(f"/incidents/{incident.pk}/notices/new/", sent)
    assert answer.status_code == 200
    assert "请写明下次通报的时间" in answer.text
    assert "各位患者、各位家属，请注意" in answer.text
    assert not Notice.objects.exists()


def test_the_plans_template_fills_in_both_languages_and_where_to_go():
    incident = make.incident("repairing")
    form = signed_in("cs").get(f"/incidents/{incident.pk}/notices/new/").context["form"]
    assert form["where_to_go"].value() == "门诊楼一层人工窗口"
    assert form["affected_en"].value() == "Registration, payment: not available at the moment"
    assert form["where_en"].value().startswith("Staffed counters")


def test_the_road_in_an_emergency_on_the_pages():
    notice = making.drafted()
    cs, leader = signed_in("cs"), signed_in("leader")
    sent = {"version": 1, "next_update_at": making.typed()["next_update_at"], "reason": ""}
    assert cs.post(f"/notices/{notice.pk}/publish_urgently/", sent).status_code == 422
    sent["reason"] = "大厅已有上百人"
    assert cs.post(f"/notices/{notice.pk}/publish_urgently/", sent).status_code == 302
    here = f"/incidents/{notice.incident_id}/notices/"
    assert f"/notices/{notice.pk}/ratify/" not in cs.get(here).text
    assert "还没有补批" in cs.get(here).text
    assert f"/notices/{notice.pk}/ratify/" in leader.get(here).text
    assert cs.post(f"/notices/{notice.pk}/ratify/", {"version": 2}).status_code == 403
    assert leader.post(f"/notices/{notice.pk}/ratify/", {"version": 2}).status_code == 302
    assert "还没有补批" not in cs.get(here).text
    assert Notice.objects.get().approved_at <= timezone.now()
