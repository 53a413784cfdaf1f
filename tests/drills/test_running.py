"""A drill on the real machinery: its clock, its injects, who may, what a refusal leaves behind."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

import incidents.workflow
from drills import workflow
from drills.happened import happened
from drills.models import Drill, Inject
from incidents.models import Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices.models import Alert
from tests import make
from tests.drills.practising import actor, drill, relayed, started

pytestmark = pytest.mark.django_db


def later(made, minutes):
    """Everything of the drill is as it will be so many real minutes from now."""
    gone = timedelta(minutes=minutes)
    for inject in made.injects.filter(due_at__isnull=False):
        Inject.objects.filter(pk=inject.pk).update(due_at=inject.due_at - gone)
    Drill.objects.filter(pk=made.pk).update(started_at=made.started_at - gone)
    return Drill.objects.get(pk=made.pk)


def waiting(made):
    return made.injects.filter(state="waiting").order_by("minute", "pk")


def test_the_start_opens_a_marked_incident_by_the_verb_of_every_report():
    made = started()
    main = made.main
    assert (main.is_drill, main.drill_speed) == (True, 12)
    assert main.title.startswith("【演练】")
    assert main.deadlines.filter(kind="acknowledge").exists()
    first = made.injects.get(act="begin")
    assert first.state == "given"
    assert main.seen == first.text
    assert {service.name for service in main.services.all()} == {"挂号", "缴费", "自助机"}


def test_a_tabletop_opens_nothing():
    made = started(kind="tabletop")
    assert made.main is None
    assert not Incident.objects.exists()


def test_nobody_starts_a_drill_in_which_nobody_plays():
    made = drill(players={})
    with pytest.raises(Incomplete):
        workflow.start_drill(made.pk, by=make.person("leader"))
    assert Drill.objects.get(pk=made.pk).state == "planned"
    assert not Incident.objects.exists()
    assert not Entry.objects.filter(event="drill.start").exists()


def test_nobody_starts_a_drill_that_nobody_could_evaluate():
    made, leader = drill(evaluators=[]), make.person("leader")
    with pytest.raises(Incomplete, match="评估人"):
        workflow.start_drill(made.pk, by=leader)
    assert Drill.objects.get(pk=made.pk).state == "planned"
    assert not Incident.objects.exists()
    workflow.name_evaluators(made.pk, by=leader, evaluators=[make.person("baowei")])
    assert workflow.start_drill(made.pk, by=leader).state == "running"


def test_who_only_reads_has_no_seat():
    auditor, leader = make.person("auditor"), make.person("leader")
    for seat in ("controllers", "evaluators"):
        with pytest.raises(Incomplete) as refused:
            drill(**{seat: [auditor]})
        assert seat in refused.value.fields
    assert not Drill.objects.exists()
    made = drill()
    role = made.seats.filter(part="player").first().role
    with pytest.raises(Incomplete):
        workflow.cast(made.pk, by=leader, players={role: auditor})
    assert not made.seats.filter(person=auditor).exists()


@pytest.mark.parametrize("who", ["it", "cs", "auditor", "yuanban"])
def test_only_a_controller_or_the_leading_group_runs_it(who):
    made, somebody = drill(), make.person(who)
    with pytest.raises(NotAllowed):
        workflow.start_drill(made.pk, by=somebody)
    made = workflow.start_drill(made.pk, by=make.person("leader"))
    inject = waiting(made).first()
    for act in (
        lambda: workflow.pause_drill(made.pk, by=somebody, reason="x"),
        lambda: workflow.end_drill(made.pk, by=somebody, reason="x"),
        lambda: workflow.give_inject(inject.pk, by=somebody),
        lambda: workflow.hold_inject(inject.pk, by=somebody),
        lambda: workflow.skip_inject(inject.pk, by=somebody, reason="x"),
        lambda: workflow.improvise(made.pk, by=somebody, role=inject.role, text="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Drill.objects.get(pk=made.pk).state == "running"
    assert Inject.objects.get(pk=inject.pk).state == "waiting"


def test_injects_come_by_the_drills_own_clock():
    made = started()
    # Minute 3 of the scenario is a quarter of a minute at speed 12.
    second, third = made.injects.filter(act="open")
    assert second.due_at - made.started_at == timedelta(seconds=5)
    assert third.due_at - made.started_at == timedelta(seconds=15)
    workflow.give_due()
    assert not made.injects.filter(state="given").exclude(act="begin").exists()
    made = later(made, 0.1)
    assert workflow.give_due() == 1
    assert workflow.give_due() == 0
    assert made.injects.get(pk=second.pk).settled_by is None
    assert made.links.count() == 2


def test_who_plays_the_role_is_called_and_told_that_it_is_a_drill():
    made = started()
    inject = waiting(made).filter(act="").first()
    workflow.give_inject(inject.pk, by=make.person("leader"))
    relayed()
    told = Alert.objects.filter(person=actor(inject.role), text__contains=inject.text).get()
    assert told.text.startswith("【演练】现在：")
    assert told.text.count("【演练】") == 1
    assert told.calls
    assert told.url == made.get_absolute_url()


def test_what_is_given_is_not_given_again():
    made = started()
    inject = waiting(made).first()
    workflow.give_inject(inject.pk, by=make.person("leader"))
    for act in (
        lambda: workflow.give_inject(inject.pk, by=make.person("leader")),
        lambda: workflow.hold_inject(inject.pk, by=make.person("leader")),
        lambda: workflow.skip_inject(inject.pk, by=make.person("leader"), reason="x"),
    ):
        with pytest.raises(Conflict):
            act()
    assert Entry.objects.filter(event="drill.inject", facts__inject=inject.pk).count() == 1


def test_what_is_held_back_waits_for_a_hand_and_what_is_skipped_is_never_given():
    made, leader = started(), make.person("leader")
    held, skipped = waiting(made)[:2]
    workflow.hold_inject(held.pk, by=leader, reason="还没到位")
    with pytest.raises(Incomplete):
        workflow.skip_inject(skipped.pk, by=leader, reason=" ")
    workflow.skip_inject(skipped.pk, by=leader, reason="来不及")
    made = later(made, 600)
    while workflow.give_due():
        pass
    assert made.injects.get(pk=held.pk).state == "held"
    assert made.injects.get(pk=skipped.pk).state == "skipped"
    workflow.release_inject(held.pk, by=leader)
    assert workflow.give_due() == 1


def test_a_pause_moves_everything_by_its_length():
    made, leader = started(), make.person("leader")
    before = {inject.pk: inject.due_at for inject in waiting(made)}
    with time_machine.travel(timezone.now(), tick=False):
        workflow.pause_drill(made.pk, by=leader, reason="消防检查")
    made.pauses.update(began_at=made.started_at)
    stood_for = timezone.now() + timedelta(minutes=30)
    assert workflow.give_due() == 0
    inject = waiting(made).first()
    with pytest.raises(Conflict):
        workflow.give_inject(inject.pk, by=leader)
    assert made.main.paused is not None
    workflow.resume_drill(made.pk, by=leader)
    made = Drill.objects.get(pk=made.pk)
    pause = made.pauses.get()
    for inject in waiting(made):
        assert inject.due_at - before[inject.pk] == pause.ended_at - pause.began_at
    assert made.main.paused is None
    assert made.minutes_at(pause.ended_at) == pytest.approx(0, abs=0.01)
    assert made.minutes_at(stood_for) < 30 * 12


def test_stopping_all_drills_stops_this_one():
    made, leader = started(), make.person("leader")
    incidents.workflow.pause_all_drills(by=leader, reason="真实故障")
    relayed()
    assert Drill.objects.get(pk=made.pk).state == "paused"
    incidents.workflow.resume_all_drills(by=leader)
    relayed()
    assert Drill.objects.get(pk=made.pk).state == "running"
    incidents.workflow.end_all_drills(by=leader, reason="真实故障")
    relayed()
    made = Drill.objects.get(pk=made.pk)
    assert (made.state, made.end_reason) == ("ended", "真实故障")
    assert not made.injects.filter(state__in=["waiting", "held"]).exists()


def test_the_end_ends_its_incidents_and_tells_who_was_told():
    made, leader = started(), make.person("leader")
    relayed()
    workflow.end_drill(made.pk, by=leader, reason="演完了")
    relayed()
    assert made.main.state == "stopped"
    assert not made.main.deadlines.running().exists()
    assert Alert.objects.filter(text__contains="演练结束").exists()
    with pytest.raises(Conflict):
        workflow.pause_drill(made.pk, by=leader, reason="x")


def test_an_older_version_starts_nothing():
    made = drill()
    with pytest.raises(Conflict):
        workflow.start_drill(made.pk, by=make.person("leader"), version=made.version - 1)
    assert not Incident.objects.exists()


def test_news_of_the_controllers_own_reaches_the_role():
    made, leader = started(), make.person("leader")
    role = waiting(made).exclude(role="").first().role
    with pytest.raises(Incomplete):
        workflow.improvise(made.pk, by=leader, role="无此角色", text="停电")
    made_up = workflow.improvise(made.pk, by=leader, role=role, text="又停电了")
    relayed()
    assert Alert.objects.filter(person=actor(role), text="【演练】现在：又停电了").exists()
    assert made_up.step == 0


def test_what_people_do_stands_beside_what_was_expected():
    made = started()
    incidents.workflow.acknowledge(made.main.pk, by=make.person("it"))
    acts = {each.act.event: each for each in happened(Drill.objects.get(pk=made.pk))}
    seen = acts["incident.acknowledge"]
    assert seen.act.target_from == "预案"
    assert seen.mark == "yes"
    assert "陈工" in seen.who
    assert acts["incident.confirm"].minute is None
    assert acts["incident.confirm"].mark == ""


def test_an_answer_at_the_table_is_noted_by_hand_and_may_be_taken_back():
    made, leader = started(kind="tabletop"), make.person("leader")
    act = made.expected.first()
    with pytest.raises(NotAllowed):
        workflow.note_act(act.pk, by=make.person("it"), note="x")
    workflow.note_act(act.pk, by=leader, note="先打值班电话", minute=act.target + 1)
    seen = happened(made)[0]
    assert (seen.mark, seen.by_hand, seen.is_late) == ("partly", True, True)
    workflow.note_act(act.pk, by=leader, was_done=False)
    assert happened(made)[0].minute is None


def test_a_report_that_the_system_refuses_holds_up_no_later_news():
    made = later(started(), 0.4)
    starter = made.started_by
    type(starter).objects.filter(pk=starter.pk).update(is_active=False)
    assert workflow.give_due() == 2
    entries = Entry.objects.filter(event="drill.inject", stream=made.stream).order_by("pk")
    assert [bool(entry.facts["refused"]) for entry in entries] == [False, True, True]
    assert made.links.count() == 1


def test_who_sits_at_a_table_hears_that_it_is_over_once():
    made = started(kind="tabletop")
    workflow.end_drill(made.pk, by=make.person("leader"), reason="演完了")
    relayed()
    told = Alert.objects.filter(text__startswith="【演练】演练结束")
    assert told.filter(person=make.person("it")).count() == 1
    assert not told.filter(person=make.person("stranger")).exists()
