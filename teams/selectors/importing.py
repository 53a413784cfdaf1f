"""What an uploaded sheet would change of a roster: the calendars before and after, compared."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from teams import conflicts
from teams.compiling import Stretch, compile_calendar
from teams.inputs import horizon, inputs_of, world
from teams.models import Person, Roster
from teams.rules import RosterRules, rules_of

Moment = datetime.datetime
NEW, CHANGED, GONE = "new", "changed", "gone"
# Shifts that are listed one by one; a year of them is a book.
LISTED = 60


@dataclass(frozen=True)
class Change:
    """One shift of a day that would be new, other or gone; people and hours in words."""

    kind: str
    date: datetime.date
    shift: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What a roster would be with other rules. `changes` are the first `LISTED` of `counts`."""

    rules: RosterRules
    changes: list[Change]
    counts: dict[str, int]
    conflicts: list[conflicts.Conflict]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def preview(roster: Roster, rules: RosterRules, at: Moment) -> Preview:
    """What these rules would make of the roster from `at` on, and which conflicts they bring."""
    shared = world(at)
    until = horizon(at, shared.zone)
    inputs = inputs_of(roster, at, rules=rules_of(roster), shared=shared)
    layers = rules.layers if rules.is_active else ()
    before = _by_shift(compile_calendar(inputs, at, until).stretches)
    after = _by_shift(
        compile_calendar(dataclasses.replace(inputs, layers=layers), at, until).stretches
    )
    differ = [key for key in {*before, *after} if before.get(key) != after.get(key)]
    # Shifts of a day in the order in which they begin.
    keys = sorted(differ, key=lambda key: (key[0], (after.get(key) or before[key])[0][0], key[1]))
    counts = dict.fromkeys((NEW, CHANGED, GONE), 0)
    for key in keys:
        counts[_kind(key, before, after)] += 1
    listed = keys[:LISTED]
    names = _names(stretch for key in listed for side in (before, after) for stretch in side[key])
    return Preview(
        rules,
        [
            Change(
                _kind(key, before, after),
                *key,
                _said(before[key], names),
                _said(after[key], names),
            )
            for key in listed
        ],
        counts,
        conflicts.of_rules(roster, rules, at) if keys else [],
    )


Shifts = dict[tuple[datetime.date, str], list[Any]]


def _by_shift(stretches: Iterable[Stretch]) -> Shifts:
    """Who serves from when to when, by day and shift; places and reasons make no difference."""
    found: Shifts = defaultdict(list)
    for each in stretches:
        found[each.shift_on, each.shift].append((each.starts_at, each.ends_at, each.person))
    for pieces in found.values():
        pieces.sort()
    return found


def _kind(key: tuple[datetime.date, str], before: Shifts, after: Shifts) -> str:
    if not before.get(key):
        return NEW
    return CHANGED if after.get(key) else GONE


def _names(pieces: Iterable[Any]) -> dict[int, str]:
    return dict(
        Person.objects.filter(pk__in={person for *_span, person in pieces}).values_list(
            "pk", "name"
        )
    )


def _said(pieces: list[Any], names: dict[int, str]) -> str:
    """「20:00–08:00 陈工、杨工」, one part for each span."""
    spans: dict[tuple[Moment, Moment], list[str]] = defaultdict(list)
    for starts_at, ends_at, person in pieces:
        spans[starts_at, ends_at].append(names.get(person, ""))
    return "；".join(
        f"{timezone.localtime(starts_at):%H:%M}–{timezone.localtime(ends_at):%H:%M} "
        + "、".join(people)
        for (starts_at, ends_at), people in spans.items()
    )
