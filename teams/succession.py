"""Who leads a response group at a moment (plan, rows P5–P7): the head, or who stands in.

The head leads; on leave the deputies follow in their order. For the leading group, outside office
hours the roster that stands in for leadership (行政总值班) leads first, and also when nobody of the
order is there. A rule of the moment alone, so that the coverage proof can ask for every moment of
the days to come.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.compiling import Stretch
from teams.inputs import holiday_table, hospital_zone
from teams.models import Duty, Leave, Membership, Person, ResponseGroup
from teams.office_hours import office_hours
from teams.spans import Span

Moment = datetime.datetime


class Because(StrEnum):
    """Why somebody leads."""

    HEAD = "head"
    DEPUTY = "deputy"
    STANDS_IN = "stands_in"
    NOBODY = "nobody"


_WORDS: dict[Because, Promise] = {
    Because.HEAD: gettext_lazy("组长"),
    Because.STANDS_IN: gettext_lazy("非工作时间或无人在岗，由值班代行"),
    Because.NOBODY: gettext_lazy("组长和副组长都不在"),
}


@dataclass(frozen=True)
class Acting:
    """Who leads in `[starts_at, ends_at)`: the person's key and name (None: nobody), and why.

    `away` names those before them in the order, with the end of their leave.
    """

    starts_at: Moment
    ends_at: Moment
    person: int | None
    name: str
    because: Because
    away: Sequence[tuple[str, Moment]] = ()

    @property
    def reason(self) -> str:
        """In words: «组长», or «钱院长 请假至 11月28日 → 孙主任»."""
        if self.because is not Because.DEPUTY:
            return str(_WORDS[self.because])
        zone = hospital_zone()
        absent = "、".join(
            _("%(name)s请假至 %(until)s")
            % {"name": name, "until": f"{until.astimezone(zone):%m-%d %H:%M}"}
            for name, until in self.away
        )
        return f"{absent} → {self.name}" if absent else self.name


@dataclass(frozen=True)
class Leadership:
    """Duty for the leadership as a change of rosters would make it.

    `without`: rosters whose stored calendars do not count; `serving`: position and key of a roster
    that would stand in for leadership, and a stretch of its calendar.
    """

    without: frozenset[int]
    serving: Sequence[tuple[int, int, Stretch]]


class _Serves(NamedTuple):
    """A stretch of duty for the leadership, the first to be asked first."""

    position: int
    roster: int
    slot: int
    starts_at: Moment
    ends_at: Moment
    person: int
    name: str


def acting_head(group: ResponseGroup, at: Moment) -> Acting:
    """Who leads the group at this moment. Four queries."""
    return acting_between([group], at, at + datetime.timedelta(microseconds=1))[group.pk][0]


def acting_between(
    groups: Sequence[ResponseGroup],
    start: Moment,
    end: Moment,
    *,
    tried: Leadership | None = None,
) -> dict[int, list[Acting]]:
    """For each group's key, who leads it from `start` to `end`, piece by piece and without a hole.

    With `tried`, as if rosters were already so. Four queries, whatever the number of groups; five
    with `tried`.
    """
    order = (
        Membership.objects.filter(
            group__in=groups,
            part__in=(Membership.Part.HEAD, Membership.Part.DEPUTY),
            person__is_active=True,
        )
        .select_related("person")
        .order_by(*Membership._meta.ordering or ())
    )
    leaders: dict[int, list[Membership]] = {group.pk: [] for group in groups}
    for membership in order:
        leaders[membership.group_id].append(membership)
    people = [each.person_id for found in leaders.values() for each in found]
    leaves: dict[int, list[Span]] = {}
    for leave in Leave.objects.filter(
        person__in=people, state=Leave.State.APPROVED, starts_at__lt=end, ends_at__gt=start
    ):
        leaves.setdefault(leave.person_id, []).append((leave.starts_at, leave.ends_at))
    stands_in = _serving(start, end, tried)
    offices = office_hours(start, end, zone=hospital_zone(), days=holiday_table())
    return {
        group.pk: _pieces(
            leaders[group.pk],
            leaves,
            stands_in if group.kind == ResponseGroup.Kind.LEADING else [],
            offices,
            (start, end),
        )
        for group in groups
    }


def serving_for_leadership(group: ResponseGroup, at: Moment) -> list[tuple[Duty, bool]]:
    """Who serves for the leadership at this moment, and whether that comes before the head (outside
    office hours) or behind everybody. At most one; none for other groups. Two queries."""
    if group.kind != ResponseGroup.Kind.LEADING:
        return []
    end = at + datetime.timedelta(microseconds=1)
    duty = _for_leadership(at, end).first()
    if duty is None:
        return []
    offices = office_hours(at, end, zone=hospital_zone(), days=holiday_table())
    return [(duty, not _in(offices, at))]


def _for_leadership(start: Moment, end: Moment) -> QuerySet[Duty]:
    return (
        Duty.objects.between(start, end)
        .filter(roster__stands_in_for_leadership=True, roster__is_active=True)
        .select_related("person", "roster")
        .order_by("roster__position", "roster", "slot", "starts_at")
    )


def _serving(start: Moment, end: Moment, tried: Leadership | None) -> list[_Serves]:
    found = [
        _Serves(
            *(duty.roster.position, duty.roster_id, duty.slot, duty.starts_at, duty.ends_at),
            *(duty.person_id, str(duty.person)),
        )
        for duty in _for_leadership(start, end)
        if tried is None or duty.roster_id not in tried.without
    ]
    if tried is not None:
        people = Person.objects.in_bulk({each.person for _place, _key, each in tried.serving})
        found += [
            _Serves(
                *(position, roster, each.slot, each.starts_at, each.ends_at),
                *(each.person, str(people[each.person])),
            )
            for position, roster, each in tried.serving
            if each.starts_at < end and each.ends_at > start
        ]
    return sorted(found)


def _pieces(
    order: Sequence[Membership],
    leaves: dict[int, list[Span]],
    stands_in: Sequence[_Serves],
    offices: Sequence[Span],
    whole: Span,
) -> list[Acting]:
    spans = [span for each in order for span in leaves.get(each.person_id, ())]
    if stands_in:
        spans += [(duty.starts_at, duty.ends_at) for duty in stands_in]
        spans += offices
    moments = {max(min(moment, whole[1]), whole[0]) for span in spans for moment in span}
    found: list[Acting] = []
    for starts_at, ends_at in pairwise(sorted(moments | set(whole))):
        person, name, because, away = _leads(order, leaves, stands_in, offices, starts_at)
        last = found[-1] if found else None
        if last and (last.person, last.because, last.away) == (person, because, away):
            starts_at = found.pop().starts_at
        found.append(Acting(starts_at, ends_at, person, name, because, away))
    return found


def _leads(
    order: Sequence[Membership],
    leaves: dict[int, list[Span]],
    stands_in: Sequence[_Serves],
    offices: Sequence[Span],
    at: Moment,
) -> tuple[int | None, str, Because, tuple[tuple[str, Moment], ...]]:
    duty = next((each for each in stands_in if each.starts_at <= at < each.ends_at), None)
    if duty and not _in(offices, at):
        return duty.person, duty.name, Because.STANDS_IN, ()
    away: list[tuple[str, Moment]] = []
    for membership in order:
        until = _in(leaves.get(membership.person_id, ()), at)
        if until is None:
            is_head = membership.part == Membership.Part.HEAD
            because = Because.HEAD if is_head else Because.DEPUTY
            return membership.person_id, str(membership.person), because, tuple(away)
        away.append((str(membership.person), until))
    if duty:
        return duty.person, duty.name, Because.STANDS_IN, tuple(away)
    return None, "", Because.NOBODY, tuple(away)


def _in(spans: Sequence[Span], at: Moment) -> Moment | None:
    """The end of the latest span that holds at this moment; None where none does."""
    return max((ends for begins, ends in spans if begins <= at < ends), default=None)
