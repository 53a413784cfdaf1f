"""The ladder: which rung is taken when, what is skipped, and what stops it (plan, 4.4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import workflow as incidents
from incidents.models import Deadline
from incidents.workflow.handing_over import confirm_handover
from journal.models import Entry
from journal.relay import relay
from notices import relevance, workflow
from notices.models import Alert, Climb
from plans.models import PlanVersion
from teams.models import ContactPoint
from teams.workflow import add_contact, arrange_stand_in
from teams.workflow.handovers import alarm_unconfirmed
from tests import make
from tests.notices.climbing import (
    answer,
    called,
    climb_of,
    in_product,
    ladder,
    reported,
    soon,
    steps,
    to,
    wait,
)
from tests.teams import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Five people who use the product, each on a rung of their own, three minutes apart."""
    make.hospital()
    found = [make.new_person("it", name=f"甲{number}") for number in range(1, 6)]
    for person in found:
        in_product(person)
    ladder(to(found[0], 0), *(to(person) for person in found[1:]))
    return found


def events(incident, *names):
    rows = Entry.objects.of(incident.stream).filter(event__startswith="ladder.").order_by("seq")
    return [row.event for row in rows if not names or row.event in names]


def test_the_first_rung_is_called_in_the_relay_of_the_report(people):
    incident = reported()
    assert called(incident) == ["甲1"]
    alert = Alert.objects.get(incident=incident, entry__event="ladder.fire")
    assert alert.calls
    assert alert.text.startswith("新故障报告")
    assert 2.9 < soon(climb_of(incident)) <= 3


def test_each_rung_waits_for_its_time_from_the_rung_before(people):
    incident = reported()
    assert wait(incident, 2.9) == 0
    assert called(incident) == ["甲1"]
    assert wait(incident, 0.2) == 1
    assert called(incident) == ["甲1", "甲2"]
    # Engines that were down for an hour do not call everybody at once.
    wait(incident, 60)
    assert called(incident) == ["甲1", "甲2", "甲3"]


def test_the_plan_version_of_the_incident_counts_not_the_newest(people):
    incident = reported()
    other = make.plan("draft")
    other.rungs.filter(level=2).delete()
    PlanVersion.objects.filter(pk=incident.plan_id).update(status="replaced")
    at = timezone.now()
    PlanVersion.objects.filter(pk=other.pk).update(status="published", published_at=at)
    wait(incident, 3)
    assert called(incident) == ["甲1", "甲2"]


def test_people_are_looked_up_when_the_rung_is_taken(people):
    incident = reported()
    people[1].is_active = False
    people[1].save()
    wait(incident, 3)
    assert called(incident) == ["甲1", "甲3"]
    assert steps(incident) == [(1, ""), (2, "empty"), (3, "")]
    (skip,) = Entry.objects.of(incident.stream).filter(event="ladder.skip")
    assert skip.facts["position"] == 2
    assert "没有人" in skip.facts["why"]


def test_a_rung_of_a_roster_calls_who_serves_by_its_final_calendar(people):
    """Who stands in is called, not who the rules of the roster name."""
    planned, stands_in = people[:2]
    roster = making.roster(making.layer(planned.pk))
    at = timezone.now()
    arrange_stand_in(
        roster.pk,
        by=make.person("admin"),
        person=planned,
        stand_in=stands_in,
        starts_at=at - timedelta(hours=1),
        ends_at=at + timedelta(hours=1),
        reason="开会",
        accept_conflicts="临时",
    )
    ladder({"to": "roster", "roster": roster, "after_minutes": 0})
    incident = reported()
    assert called(incident) == [stands_in.name]


def test_a_rung_that_nobody_can_be_reached_by_is_skipped_in_the_same_tick(people):
    ContactPoint.objects.filter(person__in=people[1:3]).delete()
    incident = reported()
    wait(incident, 3)
    assert called(incident) == ["甲1", "甲4"]
    assert steps(incident) == [(1, ""), (2, "unreachable"), (3, "unreachable"), (4, "")]


def test_a_channel_that_the_hospital_does_not_have_reaches_nobody(people):
    add_contact(people[0].pk, by=people[0], kind="phone", address="13900000001")
    ladder(to(people[0], 0, channels=["phone"]), to(people[1], 5))
    incident = reported()
    assert steps(incident) == [(1, "unreachable"), (2, "")]
    assert called(incident) == ["甲2"]


def test_an_acknowledgement_stops_it(people):
    incident = reported()
    answer(incident, people[0])
    climb = climb_of(incident)
    assert (climb.state, climb.ended_how, climb.ended_by) == ("ended", "answered", people[0])
    wait(incident, 60)
    assert called(incident) == ["甲1"]
    incident.refresh_from_db()
    assert incident.acknowledged_by == people[0]
    assert incident.kept_by == people[0]


def test_acknowledging_on_the_incidents_page_stops_it_before_the_relay_knows(people):
    incident = reported()
    incidents.acknowledge(incident.pk, by=make.person("it"))
    wait(incident, 3)
    assert called(incident) == ["甲1"]
    assert climb_of(incident).state == "ended"


def test_an_acknowledgement_by_somebody_outside_it_stops_the_calls_but_is_no_receipt(people):
    boss = in_product(make.person("leader"))
    ladder(to(boss, 0))
    incident = reported()
    answer(incident, boss)
    incident.refresh_from_db()
    assert climb_of(incident).state == "ended"
    assert incident.acknowledged_at is None
    assert incident.kept_by == boss


def test_several_acknowledgers_where_the_rung_says_so(people):
    role = {"to": "role", "role": "it", "acknowledgers": 2, "after_minutes": 0}
    ladder(role, to(people[4]))
    incident = reported()
    answer(incident, people[0])
    assert climb_of(incident).state == "running"
    # The same person twice is one.
    incidents_page = climb_of(incident).due_at
    answer(incident, people[0])
    assert climb_of(incident).due_at == incidents_page
    answer(incident, people[1])
    assert climb_of(incident).state == "ended"


def test_an_answer_of_a_lower_rung_is_no_answer_of_a_higher_one_that_asks_for_two(people):
    role = {"to": "role", "role": "it", "acknowledgers": 2, "after_minutes": 3}
    boss = in_product(make.person("leader"))
    ladder(to(boss, 0, acknowledgers=2), role)
    incident = reported()
    answer(incident, boss)
    wait(incident, 3)
    answer(incident, people[0])
    assert climb_of(incident).state == "running"
    answer(incident, people[1])
    assert climb_of(incident).state == "ended"


def test_who_reports_is_not_called_about_it(people):
    incident = reported(by=people[0])
    assert called(incident) == ["甲2"]
    assert steps(incident)[0] == (1, "empty")


def test_a_reporter_on_a_rung_is_called(people):
    reporter = in_product(make.person("cs"))
    ladder({"to": "reporter", "after_minutes": 0})
    incident = reported(by=reporter)
    assert called(incident) == [reporter.name]


def test_the_end_of_the_ladder_raises_a_banner_and_begins_anew_as_the_plan_says(people, client):
    ladder(to(people[0], 0), to(people[1]), repeat=10)
    incident = reported()
    wait(incident, 3)
    wait(incident, 5)
    climb = climb_of(incident)
    assert climb.exhausted_at is not None
    assert 9.9 < soon(climb) <= 10
    relay()
    client.force_login(make.person("leader"))
    assert "升级链已走完" in client.get("/alerts/unreached/").text
    wait(incident, 10)
    assert called(incident) == ["甲1", "甲2", "甲1"]
    answer(incident, people[0])
    assert "升级链已走完" not in client.get("/alerts/unreached/").text


def test_without_a_word_of_the_plan_it_ends_with_the_banner(people):
    ladder(to(people[0], 0))
    incident = reported()
    wait(incident, 5)
    climb = climb_of(incident)
    assert (climb.state, climb.due_at) == ("running", None)
    assert events(incident, "ladder.exhausted") == ["ladder.exhausted"]
    wait(incident, 60)
    assert called(incident) == ["甲1"]


def test_a_graver_grade_begins_a_new_epoch_on_its_own_ladder(people):
    ladder(to(people[2], 0), to(people[3]), level=1)
    incident = reported()
    make.confirmed(incident=incident, level=2)
    relay()
    assert climb_of(incident).ended_how == "progress"
    it = make.person("it")
    incidents.regrade(incident.pk, by=it, level=1, convene=True, reason="全院都停了")
    relay()
    climb = climb_of(incident)
    assert (climb.epoch, climb.level, climb.state) == (2, 1, "running")
    assert called(incident) == ["甲1", "甲3"]
    # The acknowledgement of the report was for a lesser fault.
    answer(incident, people[2])
    assert climb_of(incident).state == "ended"


def test_a_lesser_grade_calls_nobody(people):
    incident = reported()
    make.confirmed(incident=incident, level=2)
    incidents.regrade(incident.pk, by=make.person("it"), level=3, convene=True, reason="只有一处")
    relay()
    assert Climb.objects.filter(incident=incident).count() == 1


def test_acknowledged_and_then_nothing_is_escalated_again(people):
    incident = reported()
    answer(incident, people[0])
    relay()
    (watch,) = Deadline.objects.running().filter(incident=incident, kind="progress")
    assert (watch.due_at - watch.armed_at).total_seconds() == 20 * 60
    wait(incident, 20)
    incidents.climb()
    assert called(incident) == ["甲1", "甲1"]
    climb = climb_of(incident)
    assert (climb.why, climb.epoch) == ("stalled", 2)
    alert = Alert.objects.filter(incident=incident, entry__event="ladder.fire").latest("pk")
    assert "没有进展" in alert.text
    # Answered, the watch begins anew.
    answer(incident, people[0])
    relay()
    wait(incident, 20)
    incidents.climb()
    relay()
    assert climb_of(incident).epoch == 3


def test_progress_puts_the_watch_off_and_stops_the_ladder(people):
    incident = reported()
    answer(incident, people[0])
    relay()
    wait(incident, 15)
    make.confirmed(incident=incident)
    relay()
    wait(incident, 10)
    incidents.climb()
    assert not Entry.objects.filter(event="deadline.pass", facts__kind="progress").exists()
    wait(incident, 11)
    incidents.climb()
    relay()
    assert climb_of(incident).why == "stalled"
    incidents.command(incident.pk, by=make.person("leader"), orders=make.orders())
    relay()
    assert climb_of(incident).ended_how == "progress"


@pytest.mark.parametrize("way_out", ["dismiss", "merge"])
def test_the_end_of_the_incident_ends_everything(people, way_out):
    incident = reported()
    it = make.person("it")
    if way_out == "dismiss":
        incidents.dismiss(incident.pk, by=it, reason="误报")
    else:
        incidents.merge(incident.pk, by=it, into=make.report().pk)
    wait(incident, 3)
    assert called(incident) == ["甲1"]
    assert climb_of(incident).ended_how == "over"
    assert not Deadline.objects.running().filter(incident=incident, kind="progress").exists()


def test_nothing_that_waits_is_sent_once_it_was_answered(people):
    role = {"to": "role", "role": "it", "after_minutes": 0}
    ladder(role)
    incident = reported()
    answer(incident, people[0])
    other = Alert.objects.get(incident=incident, person=people[1], entry__event="ladder.fire")
    assert "已经有人确认收到" in relevance.unwanted(other)


def test_a_plan_without_a_ladder_for_the_grade_calls_all_of_it(people):
    ladder()
    incident = reported()
    names = set(
        Alert.objects.filter(incident=incident, calls=True).values_list("person__name", flat=True)
    )
    assert {person.name for person in people} <= names
    assert not Climb.objects.filter(incident=incident).exists()


def test_the_coming_shift_takes_the_acknowledgement_over_or_the_ladder_begins_again(people):
    leaving, coming = people[:2]
    incident, other = reported(), reported(location="二楼")
    for one in (incident, other):
        incidents.acknowledge(one.pk, by=leaving)
    incidents.take_over(other.pk, by=people[3])
    handover = making.handover(leaving, coming, minutes=-60)
    assert alarm_unconfirmed() == 1
    relay()
    assert climb_of(incident).why == "handover"
    assert climb_of(other).why == "reported"
    confirm_handover(handover.pk, by=coming)
    relay()
    incident.refresh_from_db()
    assert incident.kept_by == coming
    assert climb_of(incident).ended_how == "answered"


def test_whoever_answers_after_a_missed_handover_follows_it_up(people):
    incident = reported()
    incidents.acknowledge(incident.pk, by=people[0])
    making.handover(people[0], make.new_person("it"), minutes=-60)
    alarm_unconfirmed()
    relay()
    assert "换班" in Alert.objects.filter(incident=incident).latest("pk").text
    answer(incident, people[0])
    wait(incident, 3)
    incident.refresh_from_db()
    assert incident.kept_by == people[0]
    assert climb_of(incident).state == "ended"


def test_the_engine_and_the_watchdog_run_it():
    from django.conf import settings

    from ops.watchdog import duties

    assert "notices.tasks.climb" in settings.EVERY_SECOND
    assert "notices.tasks.climb" in {duty.name for duty in duties()}
    assert workflow.climb() == 0
