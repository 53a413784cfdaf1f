"""From draft to explicit end: who may, when, and what a refusal leaves behind."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import gates
from incidents import workflow as incidents
from incidents.listing import due_now
from incidents.models import Deadline, Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import workflow
from notices.models import Notice
from tests import make
from tests.notices import making
from tests.notices.making import events

pytestmark = pytest.mark.django_db


def running(incident, kind):
    return Deadline.objects.running().filter(incident=incident, kind=kind)


def open_points(incident):
    return [
        condition.key
        for condition in gates.conditions(gates.CLEANUP, incident)
        if condition.open and condition.key.startswith("notice")
    ]


def test_a_notice_goes_from_draft_over_approval_to_the_public_and_to_its_end():
    incident = make.incident("repairing")
    notice = making.drafted(incident)
    assert notice.number == 1
    assert [service.name for service in notice.services.all()] == ["挂号", "缴费"]
    workflow.approve(notice.pk, by=make.person("leader"), version=1)
    notice = workflow.publish(notice.pk, by=make.person("cs"), version=2)
    assert notice.state == "published"
    notice = workflow.end(notice.pk, by=make.person("cs"), text="挂号、缴费已恢复正常")
    assert (notice.state, notice.ended_text) == ("ended", "挂号、缴费已恢复正常")
    assert events(incident)[-5:] == [
        "notice.draft",
        "notice.approve",
        "notice.publish",
        "incident.notify",
        "notice.end",
    ]


def test_publishing_opens_the_restoration_and_arms_the_clock_of_the_next_update():
    incident = make.incident("repairing")
    with pytest.raises(Incomplete):
        incidents.restore(incident.pk, by=make.person("it"))
    notice = making.published(incident)
    assert not running(incident, "first_notice").exists()
    clock = running(incident, "next_notice").get()
    assert (clock.step, clock.due_at) == (notice.pk, notice.next_update_at)
    incidents.restore(incident.pk, by=make.person("it"))
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    assert not running(incident, "next_notice").exists()


def test_an_update_takes_the_place_of_the_published_notice():
    first = making.published()
    second = making.updated(first, affected="自助机暂时不能缴费")
    first.refresh_from_db()
    assert (first.state, second.state) == ("updated", "published")
    assert (second.number, second.replaces_id) == (2, first.pk)
    clock = running(first.incident, "next_notice").get()
    assert clock.step == second.pk


def test_the_first_stays_public_while_its_update_waits_for_approval():
    first = making.published()
    workflow.update(first.pk, by=make.person("cs"), facts=making.facts())
    first.refresh_from_db()
    assert first.state == "published"


def test_nothing_is_published_without_approval():
    notice = making.drafted()
    with pytest.raises(Conflict, match="待批准"):
        workflow.publish(notice.pk, by=make.person("cs"))
    assert "incident.notify" not in events(notice.incident)


def test_who_wrote_the_words_does_not_approve_them():
    notice = making.drafted(make.incident("repairing", level=3))
    with pytest.raises(NotAllowed):
        workflow.approve(notice.pk, by=make.person("cs"))
    workflow.edit(notice.pk, by=make.person("cs2"), facts=making.facts(advice="请稍候"))
    with pytest.raises(NotAllowed):
        workflow.approve(notice.pk, by=make.person("cs2"))
    workflow.approve(notice.pk, by=make.person("cs"))


def test_other_words_lose_the_approval():
    notice = making.approved()
    workflow.edit(notice.pk, by=make.person("cs"), facts=making.facts(advice="请稍候"))
    notice.refresh_from_db()
    assert (notice.state, notice.approved_by, notice.advice) == ("draft", None, "请稍候")


@pytest.mark.parametrize("who", ["cs2", "leader", "fault_head"])
def test_a_second_person_approves(who):
    notice = making.drafted(make.incident("repairing", level=3))
    notice = workflow.approve(notice.pk, by=make.person(who))
    assert notice.state == "approved"


@pytest.mark.parametrize("who", ["department", "admin", "auditor", "stranger"])
def test_others_do_not_approve(who):
    notice = making.drafted()
    with pytest.raises(NotAllowed):
        workflow.approve(notice.pk, by=make.person(who))


@pytest.mark.parametrize("who", ["it", "leader", "department", "logistics", "admin", "auditor"])
def test_only_customer_service_drafts_publishes_and_ends(who):
    person = make.person(who)
    incident = make.incident("repairing")
    with pytest.raises(NotAllowed):
        workflow.draft(incident.pk, by=person, facts=making.facts())
    notice = making.approved(incident)
    with pytest.raises(NotAllowed):
        workflow.edit(notice.pk, by=person, facts=making.facts())
    with pytest.raises(NotAllowed):
        workflow.publish(notice.pk, by=person)
    workflow.publish(notice.pk, by=make.person("cs"))
    with pytest.raises(NotAllowed):
        workflow.update(notice.pk, by=person, facts=making.facts())
    with pytest.raises(NotAllowed):
        workflow.end(notice.pk, by=person, text="已恢复")
    notice.refresh_from_db()
    assert notice.state == "published"


def test_the_same_form_sent_twice_makes_one_notice():
    incident = make.incident("repairing")
    mark = uuid.uuid4()
    sent = [
        workflow.draft(incident.pk, by=make.person("cs"), facts=making.facts(), client_uuid=mark).pk
        for _time in range(2)
    ]
    assert sent[0] == sent[1]
    assert events(incident).count("notice.draft") == 1


def test_two_people_do_not_prepare_two_notices():
    notice = making.drafted()
    with pytest.raises(Conflict, match="第 1 版"):
        workflow.draft(notice.incident_id, by=make.person("cs2"), facts=making.facts())


def test_a_second_first_notice_is_an_update():
    notice = making.published()
    with pytest.raises(Conflict, match="更新通知"):
        workflow.draft(notice.incident_id, by=make.person("cs"), facts=making.facts())


def test_an_update_of_a_notice_that_is_no_longer_public_is_refused():
    first = making.published()
    making.updated(first)
    with pytest.raises(Conflict, match="最新的一版"):
        workflow.update(first.pk, by=make.person("cs"), facts=making.facts())


def test_a_form_opened_before_somebody_else_changed_the_words_is_refused():
    notice = making.drafted()
    workflow.edit(notice.pk, by=make.person("cs"), version=1, facts=making.facts(advice="改过"))
    with pytest.raises(Conflict, match="别人已经更新"):
        workflow.approve(notice.pk, by=make.person("leader"), version=1)
    with pytest.raises(Conflict, match="别人已经更新"):
        workflow.edit(notice.pk, by=make.person("cs"), version=1, facts=making.facts())
    notice.refresh_from_db()
    assert (notice.state, notice.advice) == ("draft", "改过")


def test_a_notice_of_a_service_that_works_again_is_not_drafted():
    incident = make.incident("cleaning")
    with pytest.raises(Conflict, match="现场清理"):
        workflow.draft(incident.pk, by=make.person("cs"), facts=making.facts())


def test_before_the_confirmation_a_notice_may_be_prepared_but_not_published():
    incident = make.incident("reported")
    notice = making.approved(incident)
    with pytest.raises(Conflict, match="已报告"):
        workflow.publish(notice.pk, by=make.person("cs"))
    notice.refresh_from_db()
    assert notice.state == "approved"
    assert "notice.publish" not in events(incident)


def test_a_withdrawn_draft_makes_room_for_another():
    notice = making.drafted()
    workflow.withdraw(notice.pk, by=make.person("cs2"), reason="地点写错")
    again = making.drafted(notice.incident)
    assert (again.number, again.state) == (2, "draft")


# What it must say ------------------------------------------------------------------------------


def test_the_promised_update_is_owed_until_the_notice_ends_though_the_service_works():
    incident = make.incident("repairing")
    notice = making.published(incident)
    incidents.restore(incident.pk, by=make.person("it"))
    make.pass_checks(incident)
    make.backup(incident)
    incidents.sign(incident.pk, by=make.person("it"))
    incidents.sign(incident.pk, by=make.person("department"))
    Deadline.objects.filter(incident=incident, kind="next_notice").update(
        due_at=make.later(minutes=-1)
    )
    owed = Deadline.objects.running().get(incident=incident, kind="next_notice")
    assert due_now()[0].clock == owed.pk
    assert incidents.climb() == 1
    assert Entry.objects.get(event="deadline.pass").facts["kind"] == "next_notice"
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    assert not Deadline.objects.running().filter(incident=incident, kind="next_notice").exists()


@pytest.mark.parametrize("is_public", [True, False])
def test_after_a_relapse_patients_are_told_anew_unless_they_still_read_a_notice(is_public):
    incident = make.incident("repairing")
    notice = making.published(incident)
    incidents.restore(incident.pk, by=make.person("it"))
    make.pass_checks(incident)
    make.backup(incident)
    incidents.sign(incident.pk, by=make.person("it"))
    incidents.sign(incident.pk, by=make.person("department"))
    if not is_public:
        workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    incidents.relapse(incident.pk, by=make.person("it"), reason="又断了")
    running = Deadline.objects.running().filter(incident=incident)
    assert running.filter(kind="next_notice").exists() is is_public
    assert running.filter(kind="first_notice").exists() is not is_public
    if is_public:
        incidents.restore(incident.pk, by=make.person("it"))
        return
    with pytest.raises(Incomplete):
        incidents.restore(incident.pk, by=make.person("it"))
    making.published(incident)
    incidents.restore(incident.pk, by=make.person("it"))


def test_the_clean_up_waits_for_the_end_of_the_public_notice():
    incident = make.incident("repairing")
    assert open_points(incident) == []
    notice = making.published(incident)
    assert open_points(incident) == ["notice_ended"]
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    assert open_points(incident) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "published", "published_at": None},
        {"published_by": None},
        {"next_update_at": timezone.now() - timedelta(days=1)},
        {"approved_by": None},
        {"state": "ended", "ended_text": ""},
        {"state": "somewhere"},
        {"expected_from": timezone.now()},
    ],
)
def test_the_database_refuses_a_notice_that_no_verb_would_make(wrong):
    notice = making.published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**wrong)


def test_the_database_refuses_a_second_published_notice_and_one_pair_of_eyes():
    notice = making.published()
    other = workflow.update(notice.pk, by=make.person("cs"), facts=making.facts())
    row = Notice.objects.filter(pk=other.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(approved_by=other.drafted_by, approved_at=timezone.now())
    with pytest.raises(IntegrityError, match="notice_one_published"), transaction.atomic():
        row.update(
            state="published",
            approved_by=make.person("cs2"),
            approved_at=timezone.now(),
            published_at=timezone.now(),
            published_by=make.person("cs"),
        )


def test_the_state_is_not_set_by_hand():
    notice = making.drafted()
    with pytest.raises(AttributeError):
        notice.state = "published"


def test_merging_never_leaves_patients_without_a_word():
    """The merged incident's notice vanishes; so the other one must have a notice of its own."""
    target, merged = make.incident("repairing"), make.incident("confirmed")
    making.published(merged)
    with pytest.raises(Incomplete) as refused:
        incidents.merge(merged.pk, by=make.person("it"), into=target.pk)
    assert "into" in refused.value.fields
    assert Incident.objects.get(pk=merged.pk).state == "confirmed"
    assert Notice.objects.published().count() == 1


def test_a_merged_incident_keeps_its_notice_endable():
    """Merged from `confirmed` with a public notice: nobody reads it any more, it can be ended."""
    target = make.incident("repairing")
    merged = make.incident("confirmed")
    notice = making.published(merged)
    kept = making.published(target)
    incidents.merge(merged.pk, by=make.person("it"), into=target.pk)
    assert Notice.objects.published().get() == kept
    workflow.end(notice.pk, by=make.person("cs"), text="并入另一则通知")
    assert Incident.objects.get(pk=merged.pk).state == "merged"


def test_one_act_is_told_once_on_the_incident_page_and_in_full_in_the_journal():
    incident = making.published().incident
    client = Client()
    client.force_login(make.person("cs"))
    short = client.get(reverse("incidents:part", args=[incident.pk, "timeline"])).text
    assert "发布患者通知" in short
    assert "患者通知全文" not in short
    assert "患者通知全文" in client.get(reverse("incidents:timeline", args=[incident.pk])).text


def waived_end():
    """A notice that patients still read while its incident is under review; the end was waived."""
    notice = making.published(make.incident("repairing"))
    incident = notice.incident
    incidents.restore(incident.pk, by=make.person("it"))
    incident.refresh_from_db(fields=["round"])
    make.pass_checks(incident)
    make.backup(incident)
    incidents.sign(incident.pk, by=make.person("it"))
    incidents.sign(incident.pk, by=make.person("department"))
    make.end_everything(incident)
    for point in open_points(incident):
        incidents.waive(incident.pk, by=make.person("it"), point=point, reason="稍后结束")
    incidents.cleanup(incident.pk, by=make.person("it"), summary="已恢复")
    return notice


def test_what_patients_were_promised_is_owed_though_the_end_was_waived():
    notice = waived_end()
    left = (
        Deadline.objects.running().filter(incident=notice.incident).values_list("kind", flat=True)
    )
    assert list(left.all()) == ["next_notice"]
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    assert list(left.all()) == []


def test_nothing_is_archived_while_patients_read_that_it_does_not_work():
    notice = waived_end()
    conditions = gates.conditions(gates.CLOSE, notice.incident)
    assert "notice_ended" in [one.key for one in conditions if one.open]
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    conditions = gates.conditions(gates.CLOSE, notice.incident)
    assert "notice_ended" not in [one.key for one in conditions if one.open]
