"""What a roster's rules would be with the rows of a sheet.

A row of the calendar is one shift of one day. Days that follow one another make one layer each
shift, in which people take turns day by day in the order of the rows. These layers lie at a
position of their own above all others, so that the rules that recur are the fall-back for what
the sheet does not say; a day that a later sheet names replaces what an earlier one said of it.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from teams.models import Layer
from teams.roster_sheets.columns import CALENDAR
from teams.rules import LayerRules, RosterRules

# Where layers that came from a calendar lie.
FROM_SHEET = 90
_DAY = datetime.timedelta(days=1)
_WEEK = datetime.timedelta(days=7)

# A shift of a day: (date, name, begins, minutes), and who serves.
Key = tuple[datetime.date, str, datetime.time, int]
Calendar = dict[Key, tuple[int, ...]]


def rules_with(
    rules: RosterRules,
    what: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    today: datetime.date,
    partly: bool = False,
) -> RosterRules:
    """The rules with the rows of a sheet, as `reading.take` gave them.

    `partly`: some rows of the sheet are left out, so recurring shifts that are not in it stay.
    """
    rows = list(rows)
    if not rows:
        return rules
    if what == CALENDAR:
        return _with_calendar(rules, rows, today)
    told = [_layer(row) for row in rows]
    names = {layer.name for layer in told}
    kept = [
        layer
        for layer in rules.layers
        if layer.position == FROM_SHEET or (partly and layer.name not in names)
    ]
    # Layers from a calendar are no rules that recur: a sheet of rules never names them.
    new = [layer for layer in told if layer.position != FROM_SHEET]
    return rules.changed(layers=(*new, *kept))


def _layer(row: Mapping[str, Any]) -> LayerRules:
    return LayerRules(
        **{
            **row,
            "people": tuple(row["people"]),
            "starts_on": datetime.date.fromisoformat(row["starts_on"]),
            "ends_on": row["ends_on"] and datetime.date.fromisoformat(row["ends_on"]),
            "begins": datetime.time.fromisoformat(row["begins"]),
        }
    )


def _with_calendar(
    rules: RosterRules, rows: list[Mapping[str, Any]], today: datetime.date
) -> RosterRules:
    told: Calendar = {}
    for row in rows:
        key = (
            datetime.date.fromisoformat(row["date"]),
            row["shift"],
            datetime.time.fromisoformat(row["begins"]),
            row["minutes"],
        )
        told[key] = (*told.get(key, ()), *row["people"])
    days = {key[0] for key in told}
    before: Calendar = {}
    recurring, other = [], []
    for layer in rules.layers:
        if layer.position != FROM_SHEET:
            recurring.append(layer)
        elif _is_of_sheet(layer):
            before |= _expanded(layer, since=today - _WEEK)
        else:
            other.append(layer)
    calendar = {key: people for key, people in before.items() if key[0] not in days} | told
    return rules.changed(layers=(*recurring, *other, *_layers(calendar)))


def _is_of_sheet(layer: LayerRules) -> bool:
    """Is the layer of the very kind that `_layers` makes? Others at its position stay."""
    return (
        layer.kind == Layer.Kind.ROTATION
        and layer.days == Layer.Days.EVERY
        and layer.turn == Layer.Turn.DAY
        and layer.turn_every == 1
        and layer.ends_on is not None
    )


def _expanded(layer: LayerRules, since: datetime.date) -> Calendar:
    found: Calendar = {}
    on = max(layer.starts_on, since)
    while layer.ends_on is not None and on <= layer.ends_on:
        first = (on - layer.starts_on).days * layer.at_once
        people = tuple(
            layer.people[(first + number) % len(layer.people)] for number in range(layer.at_once)
        )
        found[on, layer.name, layer.begins, layer.minutes] = people
        on += _DAY
    return found


def _layers(calendar: Calendar) -> Iterator[LayerRules]:
    """One layer for each run of days on which a shift has the same hours and so many people."""

    def shift(item: tuple[Key, tuple[int, ...]]) -> tuple[Any, ...]:
        (_date, name, begins, minutes), people = item
        return name, begins, minutes, len(people)

    in_order = sorted(calendar.items(), key=lambda item: (*shift(item), item[0][0]))
    for (name, begins, minutes, width), items in groupby(in_order, shift):
        for run in _runs([(key[0], people) for key, people in items]):
            yield LayerRules(
                name=name,
                people=tuple(person for _on, people in run for person in people),
                starts_on=run[0][0],
                ends_on=run[-1][0],
                begins=begins,
                minutes=minutes,
                position=FROM_SHEET,
                at_once=width,
            )


def _runs(
    days: list[tuple[datetime.date, tuple[int, ...]]],
) -> Iterator[list[tuple[datetime.date, tuple[int, ...]]]]:
    run: list[tuple[datetime.date, tuple[int, ...]]] = []
    for each in days:
        if run and each[0] != run[-1][0] + _DAY:
            yield run
            run = []
        run.append(each)
    if run:
        yield run
