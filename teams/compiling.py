"""Compiling a roster's rules and exceptions into one final calendar. Pure: no database, no clock.

What holds at a moment, from the weakest to the strongest:

1. of the layers that have a shift then, those with the highest position serve, side by side;
2. a temporary replacement serves instead; of several the newest; where nobody of it is there,
   what 1 says is the fall-back;
3. a stand-in serves in the place of whoever 1 or 2 named, in the order of approval;
4. who is on leave or has left serves nowhere: the place stays empty, a gap;
5. nobody serves twice at once: their second place stays empty as well.

This is a function of the moment alone, so it is worked out once between any two moments at which
something begins or ends, and equal neighbours are joined.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import Generic, NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from teams.models.duty import Duty
from teams.rules import LayerRules
from teams.shifts import Shift, occurrences, with_slots

Moment = datetime.datetime
Source = Duty.Source


class Absence(NamedTuple):
    """Approved leave."""

    starts_at: Moment
    ends_at: Moment
    person: int


class Cover(NamedTuple):
    """An approved stand-in: `stand_in` serves in the place of `person`."""

    starts_at: Moment
    ends_at: Moment
    person: int
    stand_in: int


class Substitute(NamedTuple):
    """A temporary replacement: these people serve, whatever the layers say."""

    starts_at: Moment
    ends_at: Moment
    people: tuple[int, ...]


@dataclass(frozen=True)
class Inputs:
    """All that the calendar of one roster depends on.

    `days`: the holiday table. `covers` and `substitutes` in the order in which they were settled.
    `gone`: people who no longer work here.
    """

    layers: Sequence[LayerRules]
    zone: ZoneInfo
    days: Mapping[datetime.date, bool] = field(default_factory=dict)
    absences: Sequence[Absence] = ()
    covers: Sequence[Cover] = ()
    substitutes: Sequence[Substitute] = ()
    gone: frozenset[int] = frozenset()


class Stretch(NamedTuple):
    """One person's duty, `[starts_at, ends_at)` in UTC; what becomes a row of `models.Duty`."""

    starts_at: Moment
    ends_at: Moment
    slot: int
    person: int
    shift: str
    shift_on: datetime.date
    source: str
    instead_of: int | None


class Gap(NamedTuple):
    """A place in a shift that nobody fills. `person` would have had it; None: no turn is set."""

    starts_at: Moment
    ends_at: Moment
    slot: int
    person: int | None
    shift: str
    shift_on: datetime.date
    # "leave", "gone", "double" (serves in another place at that moment) or "nobody".
    why: str


class Compiled(NamedTuple):
    """The final calendar, by beginning and slot, and the places that stay empty in it."""

    stretches: list[Stretch]
    gaps: list[Gap]


class _Place(NamedTuple):
    """What holds for one slot between two neighbouring moments. Equal ones are joined."""

    person: int | None
    owner: int | None
    shift: str
    shift_on: datetime.date
    source: str
    why: str


def compile_calendar(inputs: Inputs, start: Moment, end: Moment) -> Compiled:
    """The final calendar of one roster in `[start, end)`. Times are in UTC.

    Begins exactly at `start`, in the middle of a shift where one is running.
    """
    shifts = [
        shift
        for first_slot, layer in with_slots(inputs.layers)
        for shift in occurrences(layer, first_slot, inputs.days, inputs.zone, start, end)
    ]
    running = _Running(shifts)
    substituting = _Running(inputs.substitutes)
    covering = _Running(inputs.covers)
    away = _Running(inputs.absences)
    joined = _Joined()
    for begins, ends in pairwise(
        _points(start, end, shifts, inputs.substitutes, inputs.covers, inputs.absences)
    ):
        places = _places(
            inputs,
            running.at(begins),
            substituting.at(begins),
            covering.at(begins),
            away.at(begins),
        )
        joined.add(begins, ends, places)
    return joined.done()


# At one moment ----------------------------------------------------------------------------------


def _places(
    inputs: Inputs,
    shifts: list[Shift],
    substitutes: list[Substitute],
    covers: list[Cover],
    absences: list[Absence],
) -> dict[int, _Place]:
    """What holds for each slot while exactly these are running."""
    away = {absence.person for absence in absences}
    if substitutes:
        filled = _of_substitute(substitutes[-1], inputs.zone)
        there = _settled(filled, covers, away, inputs.gone)
        served = {slot: place for slot, place in there.items() if place.person is not None}
        # Who of the replacement is away leaves no gap as long as another of it is there.
        if served or not shifts:
            return served or there
    top = max((shift.layer.position for shift in shifts), default=0)
    filled = [
        (
            shift.first_slot + number,
            _Place(owner, owner, shift.layer.name, shift.on, Source.LAYER, ""),
        )
        for shift in shifts
        if shift.layer.position == top
        for number, owner in enumerate(shift.people)
    ]
    return _settled(filled, covers, away, inputs.gone)


def _of_substitute(substitute: Substitute, zone: ZoneInfo) -> list[tuple[int, _Place]]:
    on = substitute.starts_at.astimezone(zone).date()
    return [
        (slot, _Place(person, person, "", on, Source.REPLACEMENT, ""))
        for slot, person in enumerate(substitute.people)
    ]


def _settled(
    filled: Iterable[tuple[int, _Place]],
    covers: list[Cover],
    away: set[int],
    gone: frozenset[int],
) -> dict[int, _Place]:
    """The places with stand-ins in them, and without those who cannot serve."""
    settled: dict[int, _Place] = {}
    serving: set[int] = set()
    for slot, place in sorted(filled):
        person, source = place.owner, place.source
        for cover in covers:
            if cover.person == person:
                person, source = cover.stand_in, Source.STAND_IN
        if person == place.owner:
            # Back to whose turn it was, over two stand-ins.
            source = place.source
        why = _why_not(person, away, gone, serving)
        if why:
            settled[slot] = place._replace(person=None, owner=person, why=why)
        else:
            serving.add(person)  # type: ignore[arg-type]
            settled[slot] = place._replace(person=person, source=source)
    return settled


def _why_not(person: int | None, away: set[int], gone: frozenset[int], serving: set[int]) -> str:
    """Why this person cannot serve, in the word of `Gap.why`; empty where they can."""
    if person is None:
        return "nobody"
    if person in gone:
        return "gone"
    if person in away:
        return "leave"
    return "double" if person in serving else ""


# Moments ----------------------------------------------------------------------------------------


class _Span(Protocol):
    """Whatever holds from one moment to another."""

    @property
    def starts_at(self) -> Moment: ...

    @property
    def ends_at(self) -> Moment: ...


Spanned = TypeVar("Spanned", bound=_Span)


class _Running(Generic[Spanned]):
    """Which of some spans hold, asked for moments that only grow. Keeps their order."""

    def __init__(self, spans: Sequence[Spanned]) -> None:
        self._waiting: list[tuple[int, Spanned]] = sorted(
            enumerate(spans), key=lambda span: span[1].starts_at, reverse=True
        )
        self._running: list[tuple[int, Spanned]] = []

    def at(self, moment: Moment) -> list[Spanned]:
        while self._waiting and self._waiting[-1][1].starts_at <= moment:
            self._running.append(self._waiting.pop())
            self._running.sort(key=itemgetter(0))
        self._running = [span for span in self._running if span[1].ends_at > moment]
        return [span for _number, span in self._running]


def _points(start: Moment, end: Moment, *spans: Sequence[_Span]) -> list[Moment]:
    """Every moment in `[start, end]` at which something begins or ends, and these two."""
    points = {start, end}
    for each in spans:
        for span in each:
            points.add(span.starts_at)
            points.add(span.ends_at)
    return sorted(point for point in points if start <= point <= end)


class _Joined:
    """Places between neighbouring moments, joined where nothing changes for a slot."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[Moment, Moment, _Place]] = {}
        self._compiled = Compiled([], [])

    def add(self, begins: Moment, ends: Moment, places: dict[int, _Place]) -> None:
        for slot in [slot for slot in self._open if slot not in places]:
            self._close(slot)
        for slot, place in places.items():
            before = self._open.get(slot)
            if before is not None and before[2] == place:
                self._open[slot] = (before[0], ends, place)
            else:
                if before is not None:
                    self._close(slot)
                self._open[slot] = (begins, ends, place)

    def _close(self, slot: int) -> None:
        begins, ends, place = self._open.pop(slot)
        if place.person is None:
            self._compiled.gaps.append(
                Gap(begins, ends, slot, place.owner, place.shift, place.shift_on, place.why)
            )
            return
        instead_of = place.owner if place.source == Source.STAND_IN else None
        self._compiled.stretches.append(
            Stretch(
                *(begins, ends, slot, place.person, place.shift, place.shift_on),
                *(str(place.source), instead_of),
            )
        )

    def done(self) -> Compiled:
        for slot in list(self._open):
            self._close(slot)
        self._compiled.stretches.sort(key=lambda stretch: stretch[:3])
        self._compiled.gaps.sort(key=lambda gap: gap[:3])
        return self._compiled
