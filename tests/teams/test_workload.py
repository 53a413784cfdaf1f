"""Workload: hours, nights, days off, calls, and how evenly they are shared."""

import datetime

import pytest

from teams import workload
from teams.models import Day, Duty
from tests import make
from tests.teams import making
from tests.teams.making import layer, local, moment

pytestmark = pytest.mark.django_db


def served(roster, person, start, end, shift="班"):
    starts_at, ends_at = moment(start), moment(end)
    return Duty.objects.create(
        roster=roster,
        person=person,
        starts_at=starts_at,
        ends_at=ends_at,
        shift=shift,
        shift_on=start[:10],
        source="layer",
        compiled_at=starts_at,
    )


@pytest.fixture
def roster():
    return making.roster(round_the_clock=False, name="一线")


def loads(start="2026-05-01 00:00", end="2026-06-01 00:00", **which):
    found = workload.workload(moment(start), moment(end), **which)
    return {load.name: load for load in found.loads}, found


def test_hours_nights_weekends_and_holidays(roster):
    person = make.new_person("it", name="甲")
    Day.objects.create(date="2026-05-09", is_working=True, name="调休上班")
    Day.objects.create(date="2026-05-01", is_working=False, name="劳动节")
    served(roster, person, "2026-05-01 20:00", "2026-05-02 08:00")  # holiday, then a Saturday
    served(roster, person, "2026-05-06 08:00", "2026-05-06 20:00")
    served(roster, person, "2026-05-09 08:00", "2026-05-09 20:00")  # a Saturday that is worked
    served(roster, person, "2026-05-11 01:00", "2026-05-11 04:00")  # less than half a night
    load = loads()[0]["甲"]
    assert (load.shifts, load.nights) == (4, 1)
    assert (load.hours, load.holiday_hours, load.weekend_hours) == (39, 4, 8)


def test_only_what_lies_in_the_time_counts_and_a_cut_shift_is_one(roster):
    person = make.new_person("it", name="甲")
    served(roster, person, "2026-04-30 20:00", "2026-05-01 08:00")
    served(roster, person, "2026-05-20 08:00", "2026-05-20 10:00")
    served(roster, person, "2026-05-20 11:00", "2026-05-20 20:00")
    load = loads()[0]["甲"]
    assert (load.shifts, load.hours, load.nights) == (2, 19, 1)


def test_two_posts_at_once_are_counted_once_in_hours(roster):
    person, second = make.new_person("it", name="甲"), making.roster(round_the_clock=False)
    served(roster, person, "2026-05-20 08:00", "2026-05-20 20:00")
    served(second, person, "2026-05-20 18:00", "2026-05-20 22:00")
    assert loads()[0]["甲"].hours == 14
    assert loads(roster=second)[0]["甲"].hours == 4
    assert loads(group=make.group("logistics"))[0] == {}


def test_fairness_counts_those_who_take_turns_but_did_not_serve():
    people = [make.new_person("it", name=name) for name in ("甲", "乙", "丙")]
    roster = making.roster(
        layer(*[each.pk for each in people], ends_on=datetime.date(2026, 1, 2)), name="三人"
    )
    served(roster, people[0], "2026-05-20 08:00", "2026-05-20 20:00")
    served(roster, people[1], "2026-05-21 20:00", "2026-05-22 08:00")
    by_name, found = loads()
    assert [round(by_name[name].share, 2) for name in ("甲", "乙", "丙")] == [1.5, 1.5, 0]
    assert (found.mean_hours, found.spread, found.nights_spread) == (8, 12, 1)
    assert [load.name for load in found.loads] == ["甲", "乙", "丙"]


def test_an_even_rota_is_shared_evenly():
    people = [making.reachable("it").pk for _number in range(4)]
    making.roster(layer(*people))
    found = workload.workload(local(4), local(4 + 28))
    assert found.spread == 0
    assert {load.share for load in found.loads} == {1.0}
    assert {load.hours for load in found.loads} == {7 * 24}
    assert {load.nights for load in found.loads} == {7}


def test_apps_above_count_the_calls(roster, monkeypatch):
    person = make.new_person("it", name="甲")
    served(roster, person, "2026-05-20 08:00", "2026-05-20 20:00")
    monkeypatch.setattr(workload, "_counting", [])
    workload.count_calls_by(lambda start, end: {person.pk: 3})
    assert loads()[0]["甲"].calls == 3


def test_workload_takes_a_fixed_number_of_queries(django_assert_num_queries):
    people = [making.reachable("it").pk for _number in range(6)]
    for number in range(3):
        making.roster(layer(*people), name=f"表{number}")
    # Four of its own, and one of the incidents that count the calls.
    with django_assert_num_queries(5):
        workload.workload(local(0), local(60))
