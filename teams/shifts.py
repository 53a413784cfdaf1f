"""The shifts of a roster's layers: on which days, from when to when, and whose turn it is. Pure."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from teams.models.calendar import is_working
from teams.models.duty import Layer
from teams.rules import LayerRules

Moment = datetime.datetime
_DAY = datetime.timedelta(days=1)


class Shift(NamedTuple):
    """One occurrence of a layer."""

    starts_at: Moment
    ends_at: Moment
    on: datetime.date
    layer: LayerRules
    first_slot: int
    people: tuple[int | None, ...]


def with_slots(layers: Sequence[LayerRules]) -> Iterator[tuple[int, LayerRules]]:
    """Each layer with its first slot: layers of one position serve side by side."""
    taken: dict[int, int] = {}
    for layer in layers:
        first = taken.get(layer.position, 0)
        yield first, layer
        taken[layer.position] = first + layer.width


def occurrences(
    layer: LayerRules,
    first_slot: int,
    days: Mapping[datetime.date, bool],
    zone: ZoneInfo,
    start: Moment,
    end: Moment,
) -> Iterator[Shift]:
    """The layer's shifts that touch `[start, end)`. A shift ends where the layer's next begins."""
    first = start.astimezone(zone).date() - datetime.timedelta(minutes=layer.minutes) - _DAY
    last = end.astimezone(zone).date()
    if layer.ends_on is not None:
        last = min(last, layer.ends_on)
    before: Shift | None = None
    for on, turn in _days_with_turns(layer, days, first, last):
        begins = datetime.datetime.combine(on, layer.begins)
        # By the wall clock, so that shifts meet where the zone moves its clocks.
        ends = begins + datetime.timedelta(minutes=layer.minutes)
        shift = Shift(
            begins.replace(tzinfo=zone).astimezone(datetime.UTC),
            ends.replace(tzinfo=zone).astimezone(datetime.UTC),
            on,
            layer,
            first_slot,
            _turn_of(layer, turn),
        )
        if before is not None:
            before = before._replace(ends_at=min(before.ends_at, shift.starts_at))
            if before.ends_at > before.starts_at and before.ends_at > start:
                yield before
        if shift.starts_at >= end:
            before = None
            break
        before = shift
    if before is not None and before.ends_at > max(before.starts_at, start):
        yield before


def _days_with_turns(
    layer: LayerRules,
    days: Mapping[datetime.date, bool],
    first: datetime.date,
    last: datetime.date,
) -> Iterator[tuple[datetime.date, int]]:
    """The days in `[first, last]` on which the layer has a shift, and which turn it is."""
    # Turns by shift are counted from the beginning; days and weeks can be reckoned.
    counts = layer.turn == Layer.Turn.SHIFT
    on = layer.starts_on if counts else max(layer.starts_on, first)
    number = -1
    while on <= last:
        if _has_shift(layer, on, days):
            number += 1
            if on >= first:
                passed = number if counts else (on - layer.starts_on).days
                if layer.turn == Layer.Turn.WEEK:
                    passed //= 7
                yield on, passed // layer.turn_every
        on += _DAY


def _has_shift(layer: LayerRules, on: datetime.date, days: Mapping[datetime.date, bool]) -> bool:
    match layer.days:
        case Layer.Days.EVERY:
            return True
        case Layer.Days.WEEKDAYS:
            return bool(layer.weekdays >> on.weekday() & 1)
        case Layer.Days.HOLIDAY:
            return days.get(on) is False
        case Layer.Days.WORKDAY:
            return is_working(on, days)
        case _:
            return not is_working(on, days)


def _turn_of(layer: LayerRules, turn: int) -> tuple[int | None, ...]:
    """Who serves in this turn: the next `at_once` people, round and round. None: nobody is left."""
    people = layer.people
    if layer.kind == Layer.Kind.FIXED:
        return people
    first = turn * layer.at_once
    return tuple(
        people[(first + number) % len(people)] if number < len(people) else None
        for number in range(layer.at_once)
    )
