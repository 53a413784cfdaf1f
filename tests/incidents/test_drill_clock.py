"""A drill runs on a clock of its own: faster, standing in pauses, in the same order."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents import workflow
from incidents.models import Deadline, DrillPause, Incident, ManualMode
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay_all as relay
from notices.models import Alert, Climb
from reviews.measures import measure
from tests import make
from tests.notices import climbing, making

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def drill(state: str = "reported", speed: int = 12, **facts) -> Incident:
    return make.incident(state, is_drill=True, drill_speed=speed, **facts)


def lengths(incident: Incident) -> dict[str, timedelta]:
    rows = Deadline.objects.filter(incident=incident).order_by("pk")
    return {f"{row.kind}": row.due_at - row.armed_at for row in rows}


def as_if_long_ago(incident: Incident, **delta: float) -> None:
    """So much time has passed since everything that happened until now."""
    shift = timedelta(**delta)
    incident.refresh_from_db()
    moments = ("reported_at", "confirmed_at", "acknowledged_at", "commanded_at", "notified_at")
    for name in moments:
        if getattr(incident, name) is not None:
            setattr(incident, name, getattr(incident, name) - shift)
    incident.save()
    for row in Deadline.objects.running().filter(incident=incident):
        row.armed_at, row.due_at = row.armed_at - shift, row.due_at - shift
        row.save()
    for pause in DrillPause.objects.filter(incident=incident):
        pause.at -= shift
        pause.until = pause.until and pause.until - shift
        pause.save()


@pytest.mark.parametrize("speed", [1, 7, 24])
def test_every_clock_on_the_road_is_so_much_shorter(speed):
    real, faster = make.incident("repairing"), drill("repairing", speed)
    for incident in (real, faster):
        making.published(incident)
        relay()
    by_the_plan, found = lengths(real), lengths(faster)
    assert set(found) == set(by_the_plan)
    assert {"confirm", "command", "restore", "read_back", "order", "next_notice"} <= set(found)
    for kind, length in by_the_plan.items():
        # Typed at two moments, which on a busy machine are seconds apart.
        slack = timedelta(seconds=10) if kind == "next_notice" else timedelta(milliseconds=1)
        assert abs(found[kind] * speed - length) <= slack * speed, kind


def test_what_was_regraded_or_relapsed_is_armed_on_the_drills_clock():
    incident = drill("repairing", 10)
    workflow.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="影响扩大")
    relay()
    due = Deadline.objects.running().get(incident=incident, kind="restore")
    assert due.due_at - due.armed_at == 12 * MINUTE
    watch = Deadline.objects.running().get(incident=incident, kind="progress")
    minutes = Incident.objects.get(pk=incident.pk).grade.no_progress_minutes
    assert watch.due_at - watch.armed_at == timedelta(minutes=minutes) / 10


def test_rungs_and_the_patience_between_ways_are_so_much_shorter():
    climbing.ladder(
        climbing.to(climbing.in_product(make.person("it")), after=0),
        climbing.to(climbing.in_product(make.person("fault_head")), after=10),
    )
    incident = climbing.reported(is_drill=True, drill_speed=10)
    climb = climbing.climb_of(incident)
    step = climb.steps.get()
    assert climb.due_at - step.at == MINUTE


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    plan=st.lists(st.integers(1, 600), min_size=2, max_size=8),
    rungs=st.lists(st.integers(1, 120), min_size=1, max_size=4),
    speed=st.integers(2, 24),
)
def test_what_fires_fires_in_the_same_order_at_any_speed(plan, rungs, speed):
    """Clocks of the plan, and the rungs of the ladder, each of which counts from the one before."""

    def fires(incident: Incident) -> list[timedelta]:
        at = since = incident.reported_at
        dues = [incident.due(since, MINUTE * length) for length in plan]
        for after in rungs:
            at += incident.minutes(after)
            dues.append(at)
        return [incident.lasted(since, due) for due in dues]

    # The same moments on either clock: so what comes first, comes first.
    assert fires(make.report(is_drill=True, drill_speed=speed)) == fires(make.report())


def test_measured_times_are_those_of_the_drills_clock():
    incident = drill(speed=10)
    as_if_long_ago(incident, minutes=1.2)
    make.confirmed(incident=incident)
    found = {one.key: one for one in measure(Incident.objects.get(pk=incident.pk))}
    assert found["confirm"].target == make.report().plan.grades.get(level=2).confirm_minutes
    assert found["confirm"].minutes == 13
    assert found["confirm"].outcome == "met"


def test_a_paused_drill_rings_nothing_and_goes_on_with_the_rest():
    incident = drill(speed=2)
    clock = Deadline.objects.get(incident=incident, kind="confirm")
    left = clock.due_at - clock.armed_at
    workflow.pause_drill(incident.pk, by=make.person("leader"), reason="真实故障")
    as_if_long_ago(incident, hours=3)
    assert workflow.climb() == 0
    workflow.resume_drill(incident.pk, by=make.person("leader"))
    clock.refresh_from_db()
    incident.refresh_from_db()
    rest = clock.due_at - DrillPause.objects.get().until
    assert abs(rest - left) < timedelta(seconds=5)
    assert workflow.climb() == 0


def test_a_clock_that_begins_after_a_pause_does_not_count_it():
    incident = drill(speed=2)
    workflow.pause_drill(incident.pk, by=make.person("leader"), reason="真实故障")
    as_if_long_ago(incident, minutes=30)
    workflow.resume_drill(incident.pk, by=make.person("leader"))
    make.confirmed(incident=incident)
    clock = Deadline.objects.get(incident=incident, kind="command")
    pause = DrillPause.objects.get()
    expected = 10 * MINUTE + (pause.until - pause.at)
    assert abs(clock.due_at - incident.reported_at - expected) < timedelta(seconds=5)


def test_the_ladder_of_a_paused_drill_calls_nobody():
    climbing.ladder(
        climbing.to(climbing.in_product(make.person("it")), after=0),
        climbing.to(climbing.in_product(make.person("fault_head")), after=3),
    )
    incident = climbing.reported(is_drill=True)
    workflow.pause_drill(incident.pk, by=make.person("leader"), reason="真实故障")
    climbing.wait(incident, 10)
    assert len(climbing.called(incident)) == 1
    DrillPause.objects.update(at=DrillPause.objects.get().at - timedelta(minutes=10))
    workflow.resume_drill(incident.pk, by=make.person("leader"))
    assert climbing.wait(incident, 2) == 0
    assert climbing.wait(incident, 1.5) == 1


def test_calls_of_a_paused_drill_wait_and_come_back():
    incident = drill()
    relay()
    calls = Alert.objects.filter(incident=incident, next_at__isnull=False)
    before = dict(calls.values_list("pk", "next_at"))
    assert before
    workflow.pause_drill(incident.pk, by=make.person("leader"), reason="真实故障")
    assert all(call.next_at.year > 2100 for call in calls)
    workflow.resume_drill(incident.pk, by=make.person("leader"))
    stood = DrillPause.objects.get().until - DrillPause.objects.get().at
    assert dict(calls.values_list("pk", "next_at")) == {pk: at + stood for pk, at in before.items()}


def test_who_may_pause_go_on_and_end():
    incident = drill()
    for who in ("cs2", "it", "department", "auditor", "stranger"):
        for act in (
            lambda by: workflow.pause_drill(incident.pk, by=by, reason="停"),
            lambda by: workflow.resume_drill(incident.pk, by=by),
            lambda by: workflow.end_drill(incident.pk, by=by, reason="停"),
            lambda by: workflow.pause_all_drills(by=by, reason="停"),
            lambda by: workflow.resume_all_drills(by=by),
            lambda by: workflow.end_all_drills(by=by, reason="停"),
        ):
            with pytest.raises(NotAllowed):
                act(make.person(who))
    assert not DrillPause.objects.exists()
    assert Incident.objects.get(pk=incident.pk).is_open
    # Who began it, heads and deputies, administrators.
    for who in ("cs", "leader", "fault_head", "admin"):
        workflow.pause_drill(incident.pk, by=make.person(who), reason="停一下")
        workflow.resume_drill(incident.pk, by=make.person(who))
    assert DrillPause.objects.count() == 4


def test_without_a_reason_nothing_happens_and_what_is_real_is_no_drill():
    incident, real = drill(), make.report()
    leader = make.person("leader")
    for pk in (incident.pk, real.pk):
        with pytest.raises((Incomplete, Conflict)):
            workflow.pause_drill(pk, by=leader, reason=" ")
        with pytest.raises((Incomplete, Conflict)):
            workflow.end_drill(pk, by=leader, reason="" if pk == incident.pk else "停")
    with pytest.raises(Incomplete):
        workflow.end_all_drills(by=leader, reason="")
    assert Incident.objects.filter(state="reported").count() == 2


def test_pausing_or_going_on_twice_changes_nothing():
    incident, leader = drill(), make.person("leader")
    workflow.resume_drill(incident.pk, by=leader)
    for _again in range(2):
        workflow.pause_drill(incident.pk, by=leader, reason="停")
    assert DrillPause.objects.count() == 1
    assert Entry.objects.of(incident.stream).filter(event="incident.pause_drill").count() == 1


def test_all_drills_stand_and_all_end_and_what_is_real_goes_on():
    one, other, real = drill("repairing"), drill(), make.report()
    leader = make.person("leader")
    paused = workflow.pause_all_drills(by=leader, reason="真实故障")
    assert {row.pk for row in paused} == {one.pk, other.pk}
    assert workflow.pause_all_drills(by=leader, reason="真实故障") == []
    assert len(workflow.resume_all_drills(by=leader)) == 2
    workflow.pause_drill(one.pk, by=leader, reason="停")
    ended = workflow.end_all_drills(by=leader, reason="真实故障")
    assert {row.pk for row in ended} == {one.pk, other.pk}
    assert set(Incident.objects.filter(state="stopped")) == {one, other}
    assert not Deadline.objects.running().filter(incident__in=[one, other]).exists()
    assert not DrillPause.objects.filter(until__isnull=True).exists()
    assert Deadline.objects.running().filter(incident=real).exists()
    with pytest.raises(Conflict):
        workflow.end_drill(one.pk, by=leader, reason="再停")


def test_departments_on_paper_for_a_drill_are_free_when_it_ends():
    incident = drill("repairing")
    leader, place = make.person("leader"), make.department()
    facts = {"departments": [place], "minutes": 30, "reason": "练习"}
    workflow.manual_on(incident.pk, by=leader, **facts)
    workflow.end_all_drills(by=leader, reason="真实故障")
    assert not ManualMode.objects.under_way().exists()
    assert not Deadline.objects.running().filter(incident=incident).exists()


def test_a_real_fault_takes_a_department_from_a_drill():
    incident, real = drill("repairing"), make.incident("repairing")
    facts = {"departments": [make.department()], "minutes": 30, "reason": "练习"}
    workflow.manual_on(incident.pk, by=make.person("leader"), **facts)
    workflow.manual_on(real.pk, by=make.person("leader"), **facts)
    assert ManualMode.objects.under_way().get().incident == real
    with pytest.raises(Conflict):
        workflow.manual_on(incident.pk, by=make.person("leader"), **facts)


def test_whoever_was_told_is_told_that_it_is_over():
    incident = drill("confirmed")
    relay()
    told = set(Alert.objects.filter(incident=incident).values_list("person", flat=True))
    workflow.end_drill(incident.pk, by=make.person("admin"), reason="到此为止")
    relay()
    last = Alert.objects.filter(incident=incident, entry__event="incident.end_drill")
    assert set(last.values_list("person", flat=True)) == told | {incident.reporter_id}
    assert all(alert.text.startswith("【演练】演练结束") for alert in last)
    from notices import relevance

    assert relevance.sift(list(last.select_related("entry", "incident"))) == {}
    assert Climb.objects.active().filter(incident=incident).count() == 0
