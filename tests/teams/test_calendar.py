"""The stored calendar: compiled from now on, what was stays, one row says who is on duty."""

import datetime
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.models import Entry
from journal.refusals import NotAllowed
from teams import workflow
from teams.models import Duty, Roster
from teams.selectors import duties_between, next_on_duty, on_duty
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def people():
    make.hospital()
    return [make.new_person("it").pk for _number in range(4)]


def past(roster, person, days_ago, hours=24, **facts):
    """A duty that was served, as a compile of those days had written it."""
    starts_at = timezone.now() - days_ago * DAY
    return Duty.objects.create(
        roster=roster,
        person_id=person,
        starts_at=starts_at,
        ends_at=starts_at + hours * HOUR,
        shift="全天",
        shift_on=starts_at.date(),
        source=Duty.Source.LAYER,
        compiled_at=starts_at - DAY,
        **facts,
    )


# Compiled ---------------------------------------------------------------------------------------


def test_a_new_roster_has_somebody_on_duty_from_now_to_the_horizon(people):
    roster = making.roster(making.layer(*people))
    now = timezone.now()
    assert [duty.roster for duty in on_duty(now)] == [roster]
    duties = Duty.objects.filter(roster=roster).order_by("starts_at")
    assert abs(duties[0].starts_at - now) < 10 * HOUR / 3600
    assert duties.last().ends_at == Roster.objects.get().compiled_until
    assert Roster.objects.get().compiled_until - now > 399 * DAY
    for before, after in pairwise(duties):
        assert before.ends_at == after.starts_at


def test_the_calendar_is_where_the_hospitals_clock_says_whatever_the_servers_zone(people):
    making.roster(making.layer(*people, begins="08:00"))
    starts = Duty.objects.order_by("starts_at").values_list("starts_at", flat=True)[1:]
    assert {f"{start:%H:%M}" for start in starts} == {"00:00"}


def test_compiling_again_changes_no_row(people):
    roster = making.roster(making.layer(*people, begins="08:00"))
    before = list(Duty.objects.order_by("pk").values())
    workflow.compile_roster(roster.pk, by=make.person("admin"))
    assert list(Duty.objects.order_by("pk").values()) == before
    assert not Entry.objects.filter(event="duty.moved").exists()


def test_a_calendar_that_is_prolonged_keeps_its_rows(people):
    making.roster(making.layer(*people, begins="08:00"))
    last = Duty.objects.latest("starts_at")
    Duty.objects.filter(pk=last.pk).update(ends_at=last.ends_at - HOUR)
    before = set(Duty.objects.values_list("pk", flat=True))
    Roster.objects.update(compiled_until=timezone.now())
    workflow.prolong()
    assert set(Duty.objects.values_list("pk", flat=True)) == before
    assert Duty.objects.get(pk=last.pk).ends_at == last.ends_at


def test_prolonging_compiles_what_was_not_compiled_for_a_day(people):
    roster = making.roster(making.layer(*people))
    assert workflow.prolong() == 0
    Roster.objects.update(compiled_until=timezone.now() + 100 * DAY)
    assert workflow.prolong() == 1
    assert workflow.prolong() == 0
    roster.refresh_from_db()
    assert roster.compiled_until > timezone.now() + 399 * DAY
    Roster.objects.update(compiled_until=None, is_active=False)
    assert workflow.prolong() == 0


def test_only_administrators_and_the_groups_heads_have_it_compiled(people):
    roster = making.roster(making.layer(*people))
    for who in ("admin", "fault_head"):
        workflow.compile_roster(roster.pk, by=make.person(who))
    for who in ("it", "leader", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.compile_roster(roster.pk, by=make.person(who))


def test_who_is_switched_off_serves_no_more_and_who_is_back_does(people):
    roster = making.roster(making.layer(*people[:2]))
    admin, first = make.person("admin"), people[0]
    workflow.switch_off_person(first, by=admin, reason="调离")
    ahead = Duty.objects.filter(roster=roster, ends_at__gt=timezone.now())
    assert not ahead.filter(person=first).exists()
    workflow.switch_on_person(first, by=admin)
    assert ahead.filter(person=first).count() > 199
    assert Entry.objects.filter(event="duty.moved").count() == 2


# History ----------------------------------------------------------------------------------------


def test_what_was_served_stays_when_the_rules_change(people):
    first, second, *_rest = people
    roster = making.roster(making.layer(first))
    served = past(roster, first, days_ago=3)
    before = Duty.objects.filter(pk=served.pk).values().get()
    making.change(roster, layers=(making.layer(second),))
    assert Duty.objects.filter(pk=served.pk).values().get() == before


def test_a_running_duty_is_cut_where_the_rules_change_and_keeps_its_beginning(people):
    first, second, *_rest = people
    roster = making.roster(making.layer(first))
    Duty.objects.all().delete()
    running = past(roster, first, days_ago=1, hours=40)
    making.change(roster, layers=(making.layer(second),))
    cut = Duty.objects.get(pk=running.pk)
    (now_on,) = on_duty(timezone.now())
    assert cut.starts_at == running.starts_at
    assert cut.ends_at == now_on.starts_at
    assert now_on.person_id == second


@pytest.mark.parametrize(
    "change",
    [
        lambda duty: Duty.objects.filter(pk=duty.pk).update(starts_at=timezone.now()),
        lambda duty: Duty.objects.filter(pk=duty.pk).update(person=make.person("it")),
        lambda duty: Duty.objects.filter(pk=duty.pk).update(ends_at=timezone.now() + DAY),
        lambda duty: Duty.objects.filter(pk=duty.pk).delete(),
    ],
    ids=["begin", "person", "end", "delete"],
)
def test_the_database_refuses_to_rewrite_a_duty_that_was_served(people, change):
    roster = making.roster(making.layer(people[0]))
    served = past(roster, people[1], days_ago=3)
    with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
        change(served)


def test_of_a_running_duty_only_the_end_moves_and_not_into_the_past(people):
    roster = making.roster(making.layer(people[0]))
    running = past(roster, people[1], days_ago=1, hours=30)
    rows = Duty.objects.filter(pk=running.pk)
    assert rows.update(ends_at=timezone.now() + HOUR) == 1
    for change in (
        {"ends_at": timezone.now() - HOUR},
        {"person": make.person("it")},
        {"starts_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_the_database_refuses_one_person_twice_in_a_roster(people):
    roster = making.roster(making.layer(people[0]))
    other = making.roster(making.layer(people[1]))
    far = timezone.now() + 500 * DAY
    facts = {
        "person_id": people[0],
        "shift": "x",
        "shift_on": far.date(),
        "source": "layer",
        "compiled_at": far,
    }
    Duty.objects.create(roster=roster, starts_at=far, ends_at=far + 2 * HOUR, **facts)
    # Touching is not overlapping, and another roster is another post.
    Duty.objects.create(
        roster=roster, starts_at=far + 2 * HOUR, ends_at=far + 3 * HOUR, slot=1, **facts
    )
    Duty.objects.create(roster=other, starts_at=far, ends_at=far + 2 * HOUR, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(
            roster=roster, starts_at=far + HOUR, ends_at=far + 4 * HOUR, slot=2, **facts
        )


# Whose shifts moved -----------------------------------------------------------------------------


def test_whose_shifts_moved_is_recorded_with_what_they_lost_and_gained(people):
    first, second, third, _fourth = people
    roster = making.roster(making.layer(first, second, begins="08:00"))
    making.change(roster, layers=(making.layer(first, third, begins="08:00"),))
    (entry,) = Entry.objects.filter(event="duty.moved", stream=roster.stream)
    moved = {each["person"]: each for each in entry.facts["moved"]}
    assert set(moved) == {second, third}
    assert moved[second]["gained"] == moved[third]["lost"] == []
    assert len(moved[second]["lost"]) == len(moved[third]["gained"]) == 5
    assert moved[second]["more"] > 100


def test_another_slot_at_the_same_time_is_no_move(people):
    roster = making.roster(making.layer(people[0], people[1], kind="fixed"))
    making.change(roster, layers=(making.layer(people[1], people[0], kind="fixed", name="改名"),))
    assert Duty.objects.at(timezone.now()).get(slot=0).person_id == people[1]
    assert not Entry.objects.filter(event="duty.moved").exists()


# Asked ------------------------------------------------------------------------------------------


def test_who_is_on_duty_is_asked_by_roster_by_group_and_of_any_moment(people):
    first_line = making.roster(making.layer(*people[:2]), name="一线")
    second_line = making.roster(making.layer(people[2]), name="二线", position=2)
    logistics = making.roster(making.layer(people[3]), group="logistics")
    yesterday = past(first_line, people[3], days_ago=1, hours=2)
    now = timezone.now()
    asked = [
        (on_duty(now), [first_line, second_line, logistics]),
        (on_duty(now, group=make.group("fault")), [first_line, second_line]),
        (on_duty(now, roster=second_line), [second_line]),
        (on_duty(now + 300 * DAY), [first_line, second_line, logistics]),
        (on_duty(now - 365 * DAY), []),
        (on_duty(yesterday.starts_at), [first_line]),
        (on_duty(yesterday.ends_at), []),
    ]
    for found, rosters in asked:
        assert [duty.roster for duty in found] == rosters


def test_who_comes_next_is_somebody_who_is_not_there_already(people):
    first, second, third, _fourth = people
    weekly = making.roster(making.layer(first, second, turn="week", begins="08:00"), name="周")
    always = making.roster(making.layer(third), name="总是同一个人")
    now = timezone.now()
    (coming,) = next_on_duty(now)
    (on_now,) = on_duty(now, roster=weekly)
    assert coming.roster == weekly
    assert {coming.person_id, on_now.person_id} == {first, second}
    assert HOUR < coming.starts_at - now <= 7 * DAY
    assert next_on_duty(now, roster=always) == []
    assert on_duty(coming.starts_at, roster=weekly)[0].person_id == coming.person_id


def test_duties_between_two_moments_include_those_that_only_reach_in(people):
    roster = making.roster(making.layer(*people, begins="08:00"))
    start = timezone.now() + 10 * DAY
    found = duties_between(start, start + 2 * DAY, roster=roster)
    assert len(found) in (3, 4)
    assert found[0].starts_at <= start < found[0].ends_at
    assert found[-1].starts_at < start + 2 * DAY
    mine = duties_between(start, start + 8 * DAY, person=people[0])
    assert {duty.person_id for duty in mine} == {people[0]}


def test_each_question_is_a_fixed_number_of_queries(people, django_assert_num_queries):
    for number in range(6):
        making.roster(making.layer(*people, begins="08:00"), name=f"表{number}")
    now = timezone.now()
    with django_assert_num_queries(1):
        assert len([(d.person.name, d.roster.group.name) for d in on_duty(now)]) == 6
    with django_assert_num_queries(1):
        duties_between(now, now + 30 * DAY)
    with django_assert_num_queries(2):
        assert len(next_on_duty(now)) == 6


def test_who_is_on_duty_is_found_by_an_index_in_years_of_calendar(people):
    """Two rosters of nine years: the plan reads one index by the moment, and no table."""
    rosters = [making.roster(making.layer(people[0])) for _number in range(2)]
    far = timezone.now() + 1000 * DAY
    Duty.objects.bulk_create(
        Duty(
            roster=rosters[number % 2],
            person_id=people[number // 2 % 4],
            starts_at=far + number // 2 * 12 * HOUR,
            ends_at=far + (number // 2 + 1) * 12 * HOUR,
            shift="x",
            shift_on=far.date(),
            source="layer",
            compiled_at=far,
        )
        for number in range(6000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE teams_duty")
    for days in (-300, 0, 123, 1000, 1900):
        moment = timezone.now() + days * DAY
        with CaptureQueriesContext(
            connection,
        ) as said:
            on_duty(moment)
        assert len(said) == 1
        plan = Duty.objects.at(moment).explain()
        assert "Index" in plan
        assert "duty_nobody_twice" in plan
        assert "Seq Scan on teams_duty" not in plan
