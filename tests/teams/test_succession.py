"""Who leads a group: the head, the deputies in their order, the duty of leadership at night."""

import datetime
from itertools import pairwise

import pytest

from teams.models import Leave
from teams.succession import Because, acting_between, acting_head
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db

# A Wednesday and the Saturday after it, in working hours and at night.
MORNING = making.moment("2026-11-25 10:00")
NIGHT = making.moment("2026-11-25 22:00")
SATURDAY = making.moment("2026-11-28 10:00")


def away(who: str, since: str, until: str, state: str = "approved") -> None:
    person = make.person(who)
    at = making.moment(since)
    Leave.objects.create(
        person=person,
        starts_at=at,
        ends_at=making.moment(until),
        state=state,
        reason="年假",
        asked_by=person,
        asked_at=at,
        decided_by=person,
        decided_at=at,
    )


@pytest.fixture
def duty_of_leadership():
    """行政总值班 around the clock, compiled from before the moments of these tests."""
    roster = making.roster(group="leading", name="行政总值班表", stands_in_for_leadership=True)
    roster.duties.create(
        person=make.person("zongzhiban"),
        starts_at=making.moment("2026-11-20 00:00"),
        ends_at=making.moment("2026-12-20 00:00"),
        shift="全天",
        shift_on=datetime.date(2026, 11, 20),
        source="layer",
        compiled_at=MORNING,
    )
    return roster


def test_the_head_leads():
    acting = acting_head(make.group("leading"), MORNING)
    assert (acting.name, acting.because) == ("钱院长", Because.HEAD)


def test_deputies_follow_in_their_order_while_the_head_is_on_leave():
    away("yuanzhang", "2026-11-25 00:00", "2026-11-27 00:00")
    away("xinxi", "2026-11-25 00:00", "2026-11-26 00:00")
    acting = acting_head(make.group("leading"), MORNING)
    assert (acting.name, acting.because) == ("冯主任", Because.DEPUTY)
    assert "钱院长" in acting.reason
    assert "11-27" in acting.reason


@pytest.mark.parametrize("state", ["asked", "refused", "withdrawn"])
def test_leave_that_was_not_approved_changes_nothing(state):
    away("yuanzhang", "2026-11-25 00:00", "2026-11-27 00:00", state=state)
    assert acting_head(make.group("leading"), MORNING).name == "钱院长"


def test_out_of_hours_the_duty_of_leadership_leads(duty_of_leadership):
    leading = make.group("leading")
    assert acting_head(leading, MORNING).because is Because.HEAD
    for moment in (NIGHT, SATURDAY):
        acting = acting_head(leading, moment)
        assert (acting.name, acting.because) == ("卫总值班", Because.STANDS_IN)


def test_the_duty_of_leadership_leads_the_leading_group_only(duty_of_leadership):
    assert acting_head(make.group("fault"), NIGHT).because is Because.HEAD


def test_with_everybody_away_nobody_leads_and_it_is_said():
    for username in ("houqin", "caiwu"):
        away(username, "2026-11-25 00:00", "2026-11-27 00:00")
    acting = acting_head(make.group("logistics"), MORNING)
    assert (acting.person, acting.because) == (None, Because.NOBODY)
    assert acting.reason


def test_somebody_who_left_leads_no_more():
    person = make.person("xinxi")
    person.is_active = False
    person.save()
    assert acting_head(make.group("fault"), MORNING).name == "吴工"


def test_the_pieces_of_a_week_have_no_hole_and_agree_with_each_moment(duty_of_leadership):
    away("yuanzhang", "2026-11-26 08:00", "2026-11-26 12:00")
    leading = make.group("leading")
    start, end = making.moment("2026-11-25 00:00"), making.moment("2026-12-02 00:00")
    pieces = acting_between([leading], start, end)[leading.pk]
    assert pieces[0].starts_at == start
    assert pieces[-1].ends_at == end
    assert all(one.ends_at == other.starts_at for one, other in pairwise(pieces))
    for piece in pieces:
        assert acting_head(leading, piece.starts_at).person == piece.person
    assert {piece.because for piece in pieces} == {
        Because.HEAD,
        Because.DEPUTY,
        Because.STANDS_IN,
    }


def test_any_number_of_groups_costs_four_queries(django_assert_num_queries):
    groups = [make.group(kind) for kind in ("leading", "fault", "logistics")]
    with django_assert_num_queries(4):
        acting_between(groups, MORNING, NIGHT)
