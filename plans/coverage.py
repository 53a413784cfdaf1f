"""Coverage proof: does every rung of every ladder reach enough people at every instant to come?

`prove` is pure and exact: it works on the boundaries of duties, leave and contact hours and looks
at no clock. What it is given is gathered from the database by `plans.evidence`; what it finds is
said in words by `plans.coverage_words`. Rule: at each instant a rung must name at least as many
distinct people as it wants to acknowledge who are not on leave and have a contact point, in its
hours, over a channel of the rung that was proved to work recently; and one of them must be
reachable without the hospital's own network (domain, section 4: communication that does not rely
on what has failed).
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from plans.spans import Span, Spans, daily, levels
from teams.spans import common, joined, without

# A contact point without a success within these days proves nothing (canary, call-down, receipt).
PROVED_WITHIN = datetime.timedelta(days=30)


class Want(StrEnum):
    """Why a person whom the rung names is not reached."""

    ON_LEAVE = "on_leave"
    NO_CONTACT = "no_contact"
    UNPROVED = "unproved"
    OUT_OF_HOURS = "out_of_hours"


@dataclass(frozen=True)
class Point:
    """One way to reach a person. Hours are local times; None means at any time."""

    kind: str
    off_network: bool
    proved_at: datetime.datetime | None = None
    begins: datetime.time | None = None
    ends: datetime.time | None = None

    def is_proved(self, at: datetime.datetime) -> bool:
        """Did it work within `PROVED_WITHIN` before `at`?"""
        return self.proved_at is not None and at - self.proved_at <= PROVED_WITHIN


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a rung may name, with leave as spans of seconds."""

    pk: int
    name: str
    points: Sequence[Point] = ()
    leave: Sequence[Span] = ()


@dataclass(frozen=True)
class Demand:
    """What one rung asks: `presence` says whom its target names, and when.

    `channels` are kinds of contact points; none means any kind.
    """

    level: int
    position: int
    target: str
    presence: Mapping[int, Spans]
    channels: tuple[str, ...] = ()
    needed: int = 1


@dataclass(frozen=True)
class Gap:
    """A counter-example: between two seconds the rung reaches `reached` of `needed` people.

    `named` people are named by the target at its beginning; `wants` counts why the others are not
    reached; `oldest` is the longest time since an unproved channel last worked, by kind (None:
    never).
    """

    demand: Demand
    begins: int
    ends: int
    reached: int
    off_network: int
    named: int
    wants: Mapping[Want, int] = field(default_factory=dict)
    oldest: Mapping[str, datetime.timedelta | None] = field(default_factory=dict)

    @property
    def only_on_network(self) -> bool:
        """Enough people are reached, but nobody without the hospital's own network."""
        return self.reached >= self.demand.needed


def prove(
    demands: Iterable[Demand],
    people: Mapping[int, Candidate],
    *,
    start: int,
    end: int,
    at: datetime.datetime,
    zone: ZoneInfo,
) -> list[Gap]:
    """Every gap of every rung between `start` and `end` (seconds), in order; empty when proved.

    `at` is the moment of the proof, from which the age of a channel's last success counts.
    """
    reach = _Reach(people, start=start, end=end, at=at, zone=zone)
    gaps: list[Gap] = []
    known: dict[tuple[int, tuple[str, ...], int], list[Gap]] = {}
    for demand in demands:
        # Ladders of several grades share their rungs: the same presence needs one sweep.
        key = (id(demand.presence), demand.channels, demand.needed)
        if key not in known:
            known[key] = _gaps_of(demand, reach)
        gaps += [_for(demand, gap) for gap in known[key]]
    return gaps


def _for(demand: Demand, gap: Gap) -> Gap:
    return Gap(
        demand,
        gap.begins,
        gap.ends,
        gap.reached,
        gap.off_network,
        gap.named,
        gap.wants,
        gap.oldest,
    )


class _Reach:
    """When each person can be reached over a set of channels; worked out once for each set."""

    def __init__(
        self,
        people: Mapping[int, Candidate],
        *,
        start: int,
        end: int,
        at: datetime.datetime,
        zone: ZoneInfo,
    ) -> None:
        self.people = people
        self.start, self.end, self.at, self.zone = start, end, at, zone
        self._hours: dict[tuple[datetime.time, datetime.time], Spans] = {}
        self._spans: dict[tuple[int, tuple[str, ...]], tuple[Spans, Spans]] = {}

    def spans(self, pk: int, channels: tuple[str, ...]) -> tuple[Spans, Spans]:
        """Spans in which the person is reached at all, and without the hospital's network."""
        key = (pk, channels)
        if key not in self._spans:
            self._spans[key] = self._work_out(self.people[pk], channels)
        return self._spans[key]

    def hours(self, point: Point) -> Spans:
        """When the contact point may be used."""
        if point.begins is None or point.ends is None:
            return [(self.start, self.end)]
        key = (point.begins, point.ends)
        if key not in self._hours:
            self._hours[key] = daily(*key, self.zone, self.start, self.end)
        return self._hours[key]

    def _work_out(self, person: Candidate, channels: tuple[str, ...]) -> tuple[Spans, Spans]:
        proved = [point for point in usable(person, channels) if point.is_proved(self.at)]
        leave = joined(person.leave)
        at_all = joined(span for point in proved for span in self.hours(point))
        off = joined(span for point in proved if point.off_network for span in self.hours(point))
        return without(at_all, leave), without(off, leave)


def usable(person: Candidate, channels: tuple[str, ...]) -> list[Point]:
    """The person's contact points over these channels; over any, where none is named."""
    return [point for point in person.points if not channels or point.kind in channels]


def _gaps_of(demand: Demand, reach: _Reach) -> list[Gap]:
    """Sweep over the boundaries: two sums, of people reached and of those off the network."""
    reached: list[tuple[int, int, int, int]] = []
    for pk, spans in demand.presence.items():
        at_all, off = reach.spans(pk, demand.channels)
        reached += [(begins, ends, 1, 0) for begins, ends in common(spans, at_all)]
        reached += [(begins, ends, 0, 1) for begins, ends in common(spans, off)]
    return [
        _explained(demand, reach, begins, ends, found, off)
        for begins, ends, found, off in levels(reached, reach.start, reach.end)
        if found < demand.needed or (demand.needed and not off)
    ]


def _explained(
    demand: Demand, reach: _Reach, begins: int, ends: int, reached: int, off: int
) -> Gap:
    """The gap with the reasons that hold when it begins."""
    named = [pk for pk, spans in demand.presence.items() if _holds(spans, begins)]
    wants: Counter[Want] = Counter()
    oldest: dict[str, datetime.timedelta | None] = {}
    for pk in named:
        person = reach.people[pk]
        want = _want(person, demand.channels, reach, begins)
        if want is None:
            continue
        wants[want] += 1
        if want is Want.UNPROVED:
            for point in usable(person, demand.channels):
                age = None if point.proved_at is None else reach.at - point.proved_at
                before = oldest.get(point.kind, age)
                oldest[point.kind] = None if age is None or before is None else max(age, before)
    return Gap(demand, begins, ends, reached, off, len(named), dict(wants), oldest)


def _want(person: Candidate, channels: tuple[str, ...], reach: _Reach, second: int) -> Want | None:
    """Why this person is not reached in this second; None when they are."""
    if _holds(joined(person.leave), second):
        return Want.ON_LEAVE
    points = usable(person, channels)
    if not points:
        return Want.NO_CONTACT
    in_hours = [point for point in points if _holds(reach.hours(point), second)]
    if not in_hours:
        return Want.OUT_OF_HOURS
    if not any(point.is_proved(reach.at) for point in in_hours):
        return Want.UNPROVED
    return None


def _holds(spans: Sequence[Span], second: int) -> bool:
    return any(begins <= second < ends for begins, ends in spans)
