"""The compiler, by example: turns, nights, month ends, holidays, exceptions over one another."""

import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from teams.compiling import Absence, Cover, Substitute, compile_calendar
from tests.teams.making import DAY, inputs, layer, moment


def told(compiled, zone=None):
    """The stretches in a form that can be read: `03-01 20:00 12:00 1 night`."""
    zone = zone or ZoneInfo("Asia/Shanghai")
    return [
        f"{each.starts_at.astimezone(zone):%m-%d %H:%M} +{hours(each)} {each.person}"
        for each in compiled.stretches
    ]


def hours(stretch):
    return f"{(stretch.ends_at - stretch.starts_at) / datetime.timedelta(hours=1):g}"


def who(compiled, text):
    """Who serves at this moment, by slot."""
    at = moment(text)
    return [each.person for each in compiled.stretches if each.starts_at <= at < each.ends_at]


def compiled(*layers, start="2026-03-01 00:00", end="2026-03-08 00:00", **facts):
    return compile_calendar(inputs(*layers, **facts), moment(start), moment(end))


# Turns ------------------------------------------------------------------------------------------


def test_people_take_turns_each_day():
    found = compiled(layer(1, 2, 3), start="2026-01-01 00:00", end="2026-01-05 00:00")
    assert told(found) == [
        "01-01 00:00 +24 1",
        "01-02 00:00 +24 2",
        "01-03 00:00 +24 3",
        "01-04 00:00 +24 1",
    ]


def test_weekly_turns_change_on_the_weekday_of_the_beginning():
    weekly = layer(1, 2, turn="week", starts_on="2026-01-05", begins="08:00")
    found = compiled(weekly, start="2026-01-05 08:00", end="2026-01-20 08:00")
    assert [each.person for each in found.stretches] == [1] * 7 + [2] * 7 + [1]


def test_every_third_shift_another_person_whatever_days_lie_between():
    on_workdays = layer(1, 2, days="workday", turn="shift", turn_every=3)
    found = compiled(on_workdays, start="2026-01-01 00:00", end="2026-01-13 00:00")
    assert [(each.shift_on.day, each.person) for each in found.stretches] == [
        *((1, 1), (2, 1), (5, 1)),
        *((6, 2), (7, 2), (8, 2)),
        *((9, 1), (12, 1)),
    ]


def test_two_at_once_are_the_next_two():
    found = compiled(layer(1, 2, 3, at_once=2), start="2026-01-01 00:00", end="2026-01-04 00:00")
    assert [(each.slot, each.person) for each in found.stretches] == [
        *((0, 1), (1, 2)),
        *((0, 3), (1, 1)),
        *((0, 2), (1, 3)),
    ]


def test_a_fixed_shift_is_served_by_all_its_people_every_time():
    fixed = layer(4, 5, kind="fixed", begins="08:00", minutes=600, days="weekdays", weekdays=0b101)
    found = compiled(fixed, start="2026-03-02 00:00", end="2026-03-09 00:00")
    assert [(each.shift_on.weekday(), each.person) for each in found.stretches] == [
        *((0, 4), (0, 5)),
        *((2, 4), (2, 5)),
    ]


def test_day_and_night_rotate_one_against_the_other():
    day = layer(1, 2, 3, 4, name="白班", begins="08:00", minutes=720)
    night = layer(4, 1, 2, 3, name="夜班", begins="20:00", minutes=720)
    found = compiled(day, night, start="2026-01-02 08:00", end="2026-01-04 08:00")
    assert told(found) == [
        "01-02 08:00 +12 2",
        "01-02 20:00 +12 1",
        "01-03 08:00 +12 3",
        "01-03 20:00 +12 2",
    ]
    assert [each.shift for each in found.stretches] == ["白班", "夜班"] * 2


def test_more_places_than_people_leaves_places_empty():
    found = compiled(layer(1, at_once=2), start="2026-01-01 00:00", end="2026-01-02 00:00")
    assert [(gap.slot, gap.person, gap.why) for gap in found.gaps] == [(1, None, "nobody")]


def test_a_layer_begins_and_ends_on_its_days():
    short = layer(1, starts_on="2026-03-03", ends_on="2026-03-04")
    assert told(compiled(short)) == ["03-03 00:00 +24 1", "03-04 00:00 +24 1"]


# Midnight, months, years ------------------------------------------------------------------------


def test_a_night_belongs_to_the_day_on_which_it_began_and_is_not_cut_at_midnight():
    night = layer(1, 2, begins="20:00", minutes=720)
    found = compiled(night, start="2026-02-28 12:00", end="2026-03-02 12:00")
    assert told(found) == ["02-28 20:00 +12 1", "03-01 20:00 +12 2"]
    assert [each.shift_on.day for each in found.stretches] == [28, 1]


def test_who_came_last_night_is_still_there_when_the_calendar_begins():
    night = layer(1, 2, begins="20:00", minutes=720)
    found = compiled(night, start="2026-01-02 03:00", end="2026-01-02 12:00")
    assert told(found) == ["01-02 03:00 +5 1"]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2028-02-28 00:00", "2028-03-02 00:00", ["02-28", "02-29", "03-01"]),
        ("2027-02-28 00:00", "2027-03-02 00:00", ["02-28", "03-01"]),
        ("2026-04-30 00:00", "2026-05-02 00:00", ["04-30", "05-01"]),
        ("2026-12-31 00:00", "2027-01-02 00:00", ["12-31", "01-01"]),
    ],
)
def test_turns_pass_over_month_ends_leap_days_and_new_year(start, end, days):
    found = compiled(layer(1, 2, 3), start=start, end=end)
    assert [f"{each.shift_on:%m-%d}" for each in found.stretches] == days
    turns = [each.person for each in found.stretches]
    assert all((after - before) % 3 == 1 for before, after in pairwise(turns))


def test_a_layer_that_began_on_a_leap_day_counts_on():
    found = compiled(
        layer(1, 2, starts_on="2028-02-29"), start="2028-03-01 00:00", end="2028-03-02 00:00"
    )
    assert told(found) == ["03-01 00:00 +24 2"]


def test_a_shift_of_a_week_is_one_stretch():
    weekly = layer(
        1, 2, days="weekdays", weekdays=1, turn="shift", minutes=7 * DAY, starts_on="2026-03-02"
    )
    found = compiled(weekly, start="2026-03-02 00:00", end="2026-03-16 00:00")
    assert told(found) == ["03-02 00:00 +168 1", "03-09 00:00 +168 2"]


def test_the_next_shift_of_a_layer_ends_the_one_before():
    found = compiled(
        layer(1, 2, begins="08:00", minutes=30 * 60),
        start="2026-01-01 08:00",
        end="2026-01-03 08:00",
    )
    assert told(found) == ["01-01 08:00 +24 1", "01-02 08:00 +24 2"]


# Holidays ---------------------------------------------------------------------------------------

# 1–3 May are off, and the Saturday after is worked instead.
MAY = {
    datetime.date(2026, 5, 1): False,
    datetime.date(2026, 5, 2): False,
    datetime.date(2026, 5, 3): False,
    datetime.date(2026, 5, 9): True,
}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("workday", [30, 4, 5, 6, 7, 8, 9]),
        ("restday", [1, 2, 3, 10]),
        ("holiday", [1, 2, 3]),
        ("every", [30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_shifted_working_days_are_worked_and_holidays_rest(days, expected):
    found = compiled(
        layer(1, days=days), start="2026-04-30 00:00", end="2026-05-11 00:00", days=MAY
    )
    assert [each.shift_on.day for each in found.stretches] == expected


def test_the_rota_for_holidays_lies_above_the_weekly_one():
    weekly = layer(1, 2, begins="08:00")
    holidays = layer(7, 8, days="holiday", turn="shift", position=2, name="节日班", begins="08:00")
    found = compiled(weekly, holidays, start="2026-04-30 08:00", end="2026-05-05 08:00", days=MAY)
    assert [each.person for each in found.stretches] == [2, 7, 8, 7, 2]


def test_a_holiday_shift_that_ends_early_gives_back_to_the_weekly_rota():
    weekly = layer(1, begins="00:00")
    holidays = layer(7, days="holiday", position=2, begins="08:00", minutes=600)
    found = compiled(weekly, holidays, start="2026-05-01 00:00", end="2026-05-02 00:00", days=MAY)
    assert told(found) == ["05-01 00:00 +8 1", "05-01 08:00 +10 7", "05-01 18:00 +6 1"]


# Exceptions -------------------------------------------------------------------------------------


def absence(person, start, end):
    return Absence(moment(start), moment(end), person)


def cover(person, stand_in, start, end):
    return Cover(moment(start), moment(end), person, stand_in)


def test_leave_leaves_a_gap_and_says_whose_turn_it_was():
    found = compiled(
        layer(1, 2),
        start="2026-01-01 00:00",
        end="2026-01-03 00:00",
        absences=[absence(1, "2026-01-01 18:00", "2026-01-04 00:00")],
    )
    assert told(found) == ["01-01 00:00 +18 1", "01-02 00:00 +24 2"]
    (gap,) = found.gaps
    assert (gap.person, gap.why, gap.starts_at) == (1, "leave", moment("2026-01-01 18:00"))


def test_a_stand_in_fills_what_leave_would_empty():
    found = compiled(
        layer(1, 2),
        start="2026-01-01 00:00",
        end="2026-01-02 00:00",
        absences=[absence(1, "2026-01-01 00:00", "2026-01-02 00:00")],
        covers=[cover(1, 3, "2026-01-01 00:00", "2026-01-01 12:00")],
    )
    assert told(found) == ["01-01 00:00 +12 3"]
    assert found.stretches[0].instead_of == 1
    assert found.stretches[0].source == "stand_in"
    assert [gap.starts_at for gap in found.gaps] == [moment("2026-01-01 12:00")]


def test_a_swap_exchanges_two_days():
    found = compiled(
        layer(1, 2),
        start="2026-01-01 00:00",
        end="2026-01-03 00:00",
        covers=[
            cover(1, 2, "2026-01-01 00:00", "2026-01-02 00:00"),
            cover(2, 1, "2026-01-02 00:00", "2026-01-03 00:00"),
        ],
    )
    assert told(found) == ["01-01 00:00 +24 2", "01-02 00:00 +24 1"]


def test_a_stand_in_who_finds_another_hands_on_and_the_first_may_take_back():
    day = ("2026-01-01 00:00", "2026-01-02 00:00")
    onward = [cover(1, 2, *day), cover(2, 3, "2026-01-01 08:00", "2026-01-01 12:00")]
    found = compiled(layer(1), start=day[0], end=day[1], covers=onward)
    assert told(found) == ["01-01 00:00 +8 2", "01-01 08:00 +4 3", "01-01 12:00 +12 2"]
    back = [cover(1, 2, *day), cover(2, 1, *day)]
    found = compiled(layer(1), start=day[0], end=day[1], covers=back)
    assert [(each.person, each.source) for each in found.stretches] == [(1, "layer")]


def test_a_stand_in_on_leave_is_no_stand_in():
    day = ("2026-01-01 00:00", "2026-01-02 00:00")
    found = compiled(
        layer(1), start=day[0], end=day[1], covers=[cover(1, 2, *day)], absences=[absence(2, *day)]
    )
    assert found.stretches == []
    assert [(gap.person, gap.why) for gap in found.gaps] == [(2, "leave")]


def test_nobody_serves_twice_at_once():
    found = compiled(
        layer(1, 2, at_once=2),
        start="2026-01-01 00:00",
        end="2026-01-02 00:00",
        covers=[cover(2, 1, "2026-01-01 06:00", "2026-01-01 08:00")],
    )
    assert [(gap.slot, gap.person, gap.why) for gap in found.gaps] == [(1, 1, "double")]
    assert who(found, "2026-01-01 07:00") == [1]


def test_who_has_left_serves_no_more():
    found = compiled(layer(1, 2), start="2026-01-01 00:00", end="2026-01-03 00:00", gone={1})
    assert told(found) == ["01-02 00:00 +24 2"]
    assert found.gaps[0].why == "gone"


def test_a_replacement_serves_for_its_time_and_the_newest_of_two_counts():
    found = compiled(
        layer(1, begins="08:00"),
        start="2026-01-02 08:00",
        end="2026-01-03 08:00",
        substitutes=[
            Substitute(moment("2026-01-02 10:00"), moment("2026-01-02 20:00"), (5, 6)),
            Substitute(moment("2026-01-02 12:00"), moment("2026-01-02 14:00"), (7,)),
        ],
    )
    assert who(found, "2026-01-02 09:00") == [1]
    assert who(found, "2026-01-02 11:00") == [5, 6]
    assert who(found, "2026-01-02 13:00") == [7]
    assert who(found, "2026-01-02 15:00") == [5, 6]
    assert who(found, "2026-01-02 21:00") == [1]


def test_a_replacement_falls_back_to_the_rota_where_nobody_of_it_is_there():
    found = compiled(
        layer(1),
        start="2026-01-01 00:00",
        end="2026-01-02 00:00",
        substitutes=[Substitute(moment("2026-01-01 00:00"), moment("2026-01-02 00:00"), (5, 6))],
        absences=[
            absence(5, "2026-01-01 00:00", "2026-01-01 12:00"),
            absence(6, "2026-01-01 06:00", "2026-01-01 18:00"),
        ],
    )
    assert who(found, "2026-01-01 05:00") == [6]
    assert who(found, "2026-01-01 07:00") == [1]
    assert who(found, "2026-01-01 13:00") == [5]
    assert found.gaps == []


def test_a_replacement_can_be_stood_in_for():
    day = ("2026-01-01 00:00", "2026-01-02 00:00")
    found = compiled(
        layer(1),
        start=day[0],
        end=day[1],
        substitutes=[Substitute(moment(day[0]), moment(day[1]), (5,))],
        covers=[cover(5, 2, *day), cover(1, 3, *day)],
    )
    assert [(each.person, each.instead_of) for each in found.stretches] == [(2, 5)]


# Zones ------------------------------------------------------------------------------------------


def test_shifts_begin_by_the_hospitals_clock_and_are_kept_in_utc():
    found = compiled(layer(1, begins="08:00"), start="2026-03-01 08:00", end="2026-03-02 08:00")
    assert found.stretches[0].starts_at.isoformat() == "2026-03-01T00:00:00+00:00"


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
@pytest.mark.parametrize("begins", ["00:00", "02:30", "08:00"])
def test_where_clocks_are_moved_shifts_still_meet(zone, begins):
    zone = ZoneInfo(zone)
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    end = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    found = compile_calendar(
        inputs(layer(1, 2, begins=begins, starts_on="2025-12-01"), zone=zone), start, end
    )
    assert found.stretches[0].starts_at == start
    assert found.stretches[-1].ends_at == end
    for before, after in pairwise(found.stretches):
        assert before.ends_at == after.starts_at
        assert f"{after.starts_at.astimezone(zone):%H:%M}" in (begins, "03:30", "03:00")
