"""The tick: reminders before a shift, handovers at its change, the alarm for those unconfirmed."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, NotAllowed
from teams import workflow
from teams.models import Duty, Handover, Roster
from tests import make
from tests.racing import at_once
from tests.teams import making

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it") for _number in range(3)]


@pytest.fixture
def roster():
    """Without rules: the tests say who serves."""
    return making.roster(name="一线", round_the_clock=False)


def serve(roster, person, start, end, now=None):
    """A duty between two numbers of minutes from now."""
    now = now or timezone.now()
    return Duty.objects.create(
        roster=roster,
        person=person,
        starts_at=now + start * MINUTE,
        ends_at=now + end * MINUTE,
        shift="夜班",
        shift_on=now.date(),
        source="layer",
        compiled_at=now,
        slot=person.pk % 1000,
    )


def change(roster, people, minutes):
    """The first is relieved by the second in so many minutes."""
    now = timezone.now()
    serve(roster, people[0], -600, minutes, now)
    return serve(roster, people[1], minutes, 600, now).starts_at


def handed(minutes, roster, people):
    """An open handover whose change lies so many minutes ahead."""
    at = change(roster, people, minutes)
    workflow.remind()
    return Handover.objects.get(roster=roster, at=at)


# Reminders --------------------------------------------------------------------------------------


def test_everybody_is_reminded_once_before_their_duty(roster, people):
    serve(roster, people[0], 59, 600)
    serve(roster, people[1], 61, 600)
    assert workflow.remind() == 1
    assert workflow.remind() == 0
    entry = Entry.objects.get(event="duty.soon")
    assert entry.facts["person"] == people[0].pk
    assert entry.stream == roster.stream


def test_each_roster_says_how_early_or_not_at_all(roster, people):
    late, never = (
        making.roster(round_the_clock=False, remind_minutes=minutes) for minutes in (600, None)
    )
    serve(late, people[0], 500, 600)
    serve(never, people[1], 5, 600)
    serve(roster, people[2], 500, 600)
    workflow.remind()
    assert Entry.objects.get(event="duty.soon").facts["roster"] == late.pk


def test_who_only_goes_on_is_not_reminded_and_neither_is_who_has_begun(roster, people):
    now = timezone.now()
    serve(roster, people[0], -60, 30, now)
    goes_on = serve(roster, people[0], 30, 600, now)
    serve(roster, people[1], -5, 600)
    workflow.remind()
    assert not Entry.objects.filter(event="duty.soon").exists()
    goes_on.refresh_from_db()
    assert goes_on.reminded_at is not None


def test_a_calendar_compiled_anew_reminds_nobody_twice(people):
    midnight = making.layer(people[0].pk, people[1].pk)
    roster = making.roster(midnight, remind_minutes=3 * 24 * 60)
    workflow.remind()
    told = Entry.objects.filter(event="duty.soon").count()
    assert told in (2, 3)
    making.change(roster, layers=(making.layer(people[0].pk, people[1].pk, name="改名"),))
    assert workflow.remind() == 0


# Handovers --------------------------------------------------------------------------------------


def test_a_handover_is_opened_before_the_change_with_both_sides(roster, people):
    at = change(roster, people, 20)
    workflow.remind()
    handover = Handover.objects.get()
    assert (handover.roster, handover.at) == (roster, at)
    assert [*handover.leaving.all(), *handover.coming.all()] == people[:2]
    facts = Entry.objects.get(event="handover.open").facts
    assert (facts["from"], facts["to"]) == ([str(people[0])], [str(people[1])])
    workflow.remind()
    assert Handover.objects.count() == 1


@pytest.mark.parametrize("minutes", [45, -180])
def test_none_is_opened_long_before_or_after(roster, people, minutes):
    change(roster, people, minutes)
    workflow.remind()
    assert not Handover.objects.exists()


def test_one_that_was_missed_is_opened_afterwards(roster, people):
    assert handed(-50, roster, people).confirmed_at is None


def test_no_handover_where_nobody_changes_leaves_or_keeps_one(roster, people):
    now = timezone.now()
    serve(roster, people[0], -60, 10, now)
    serve(roster, people[0], 10, 100, now)
    alone = making.roster(round_the_clock=False)
    serve(alone, people[1], 10, 100)
    change(making.roster(round_the_clock=False, handover_minutes=None), people, 10)
    workflow.remind()
    assert not Handover.objects.exists()


def test_a_second_person_who_joins_is_told_what_is_open(roster, people):
    serve(roster, people[0], -60, 100)
    serve(roster, people[1], 10, 100)
    workflow.remind()
    assert list(Handover.objects.get().coming.all()) == people[:2]


def test_a_handover_follows_the_calendar_until_its_moment(roster, people):
    handover = handed(20, roster, people)
    Duty.objects.filter(starts_at=handover.at).update(person=people[2])
    workflow.remind()
    assert list(handover.coming.all()) == [people[2]]
    Duty.objects.filter(starts_at=handover.at).delete()
    workflow.remind()
    assert not Handover.objects.exists()
    assert Entry.objects.filter(event="handover.drop").exists()


# The verbs --------------------------------------------------------------------------------------


def test_the_leaving_shift_hands_over_and_the_coming_one_confirms(roster, people):
    handover = handed(10, roster, people)
    workflow.hand_over(
        handover.pk, by=people[0], version=1, remarks=" 三号机柜报警 ", items={"incidents": []}
    )
    workflow.hand_over(handover.pk, by=people[0], version=2, remarks="已更换电源", items={"n": 1})
    workflow.confirm_handover(handover.pk, by=people[1], version=3, items={"n": 2})
    handover.refresh_from_db()
    assert (handover.remarks, handover.items) == ("已更换电源", {"n": 1})
    assert (handover.handed_by, handover.confirmed_by) == (people[0], people[1])
    facts = Entry.objects.get(event="handover.confirm").facts
    assert (facts["was_handed_over"], facts["late"]) == (True, False)


def test_what_was_not_handed_over_can_be_confirmed_with_what_is_open(roster, people):
    handover = handed(-40, roster, people)
    workflow.confirm_handover(handover.pk, by=people[1], items={"n": 2})
    handover.refresh_from_db()
    assert (handover.handed_at, handover.items) == (None, {"n": 2})
    facts = Entry.objects.get(event="handover.confirm").facts
    assert (facts["was_handed_over"], facts["late"]) == (False, True)


def test_who_may_hand_over_and_confirm(roster, people):
    handover = handed(-5, roster, people)
    for who in (people[1], people[2], make.person("logistics"), make.person("auditor")):
        with pytest.raises(NotAllowed):
            workflow.hand_over(handover.pk, by=who, remarks="", items={})
    for who in (people[0], people[2], make.person("logistics"), make.person("auditor")):
        with pytest.raises(NotAllowed):
            workflow.confirm_handover(handover.pk, by=who, items={})
    workflow.hand_over(handover.pk, by=make.person("fault_head"), remarks="代交", items={})
    serve(roster, people[2], -1, 60)
    workflow.confirm_handover(handover.pk, by=people[2], items={})


def test_after_the_confirmation_nothing_is_added(roster, people):
    handover = handed(-5, roster, people)
    workflow.confirm_handover(handover.pk, by=people[1], items={})
    with pytest.raises(Conflict):
        workflow.hand_over(handover.pk, by=people[0], remarks="还有一件事", items={})
    with pytest.raises(Conflict):
        workflow.confirm_handover(handover.pk, by=people[1], items={})
    assert Handover.objects.get().remarks == ""


def test_an_older_version_is_refused(roster, people):
    handover = handed(5, roster, people)
    workflow.hand_over(handover.pk, by=people[0], version=1, remarks="一", items={})
    with pytest.raises(Conflict):
        workflow.confirm_handover(handover.pk, by=people[1], version=1, items={})


# The alarm --------------------------------------------------------------------------------------


def test_an_unconfirmed_handover_alarms_once_after_the_rosters_time(roster, people):
    Roster.objects.update(handover_minutes=20)
    handed(-15, roster, people)
    assert workflow.remind() == 0
    Roster.objects.update(handover_minutes=10)
    assert workflow.remind() == 1
    assert workflow.remind() == 0
    entry = Entry.objects.get(event="handover.unconfirmed")
    assert entry.facts["coming"] == [people[1].pk]


def test_a_confirmed_one_does_not(roster, people):
    handover = handed(-40, roster, people)
    assert Entry.objects.filter(event="handover.unconfirmed").count() == 1
    Handover.objects.update(alarmed_at=None)
    workflow.confirm_handover(handover.pk, by=people[1], items={})
    assert workflow.remind() == 0


@pytest.mark.django_db(transaction=True)
def test_ticks_side_by_side_do_everything_once():
    make.hospital()
    people = [making.reachable("it") for _number in range(3)]
    for number in range(4):
        roster = making.roster(name=f"表{number}", round_the_clock=False)
        change(roster, people, 10)
        change(making.roster(name=f"晚{number}", round_the_clock=False), people, -50)
    at_once(*[workflow.remind] * 4)
    counts = {
        event: Entry.objects.filter(event=event).count()
        for event in ("duty.soon", "handover.open", "handover.unconfirmed")
    }
    assert counts == {"duty.soon": 4, "handover.open": 8, "handover.unconfirmed": 4}
