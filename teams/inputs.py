"""What the database says that the calendar of a roster depends on; and what is on it already."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from teams.compiling import Absence, Cover, Inputs, Substitute
from teams.models import Day, Layer, Leave, Person, Replacement, Roster, StandIn
from teams.rules import RosterRules, rules_of

# How far ahead a calendar is compiled: a year, and the time in which next year's rota is written.
HORIZON = datetime.timedelta(days=400)


def hospital_zone() -> ZoneInfo:
    """The zone in which shifts begin and end: the hospital's, whoever looks."""
    return ZoneInfo(settings.TIME_ZONE)


def horizon(at: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """The midnight to which a calendar is compiled at this moment."""
    last = (at + HORIZON).astimezone(zone).date()
    return datetime.datetime.combine(last, datetime.time(), zone).astimezone(datetime.UTC)


def holiday_table() -> dict[datetime.date, bool]:
    """Days that are not what their weekday says: `{date: does the hospital work}`."""
    return dict(Day.objects.values_list("date", "is_working"))


@dataclass(frozen=True)
class World:
    """What the calendars of all rosters share, read once for many of them."""

    zone: ZoneInfo
    days: dict[datetime.date, bool]
    absences: list[Absence]
    gone: frozenset[int]


def world(start: datetime.datetime) -> World:
    """The world from `start` on: three queries."""
    leaves = Leave.objects.filter(state=Leave.State.APPROVED, ends_at__gt=start)
    return World(
        zone=hospital_zone(),
        days=holiday_table(),
        absences=[Absence(leave.starts_at, leave.ends_at, leave.person_id) for leave in leaves],
        gone=frozenset(Person.objects.filter(is_active=False).values_list("pk", flat=True)),
    )


def rosters_of(person: Person, start: datetime.datetime) -> list[Roster]:
    """The rosters whose calendar from `start` on depends on this person."""
    return list(
        Roster.objects.filter(
            Q(layers__members__person=person)
            | Q(
                replacements__members__person=person,
                replacements__ended_at__isnull=True,
                replacements__ends_at__gt=start,
            )
            | Q(
                stand_ins__stand_in=person,
                stand_ins__state=StandIn.State.APPROVED,
                stand_ins__ends_at__gt=start,
            )
        )
        .distinct()
        .order_by("pk")
    )


def inputs_of(
    roster: Roster,
    start: datetime.datetime,
    *,
    rules: RosterRules | None = None,
    shared: World | None = None,
) -> Inputs:
    """What a roster's calendar from `start` on depends on.

    Takes rules that are not stored yet, where a change is only tried; and the `world`, where it
    was read before.
    """
    shared = shared or world(start)
    covers, substitutes = _covers(start).filter(roster=roster.pk), _substitutes(start)
    return _inputs(rules or rules_of(roster), shared, covers, substitutes.filter(roster=roster.pk))


def every_inputs(
    rosters: Sequence[Roster], start: datetime.datetime, shared: World
) -> dict[int, tuple[RosterRules, Inputs]]:
    """Rules and inputs of many rosters at once, by their keys: five queries."""
    layers, covers, substitutes = defaultdict(list), defaultdict(list), defaultdict(list)
    for layer in Layer.objects.filter(roster__in=rosters).prefetch_related("members"):
        layers[layer.roster_id].append(layer)
    for cover in _covers(start).filter(roster__in=rosters):
        covers[cover.roster_id].append(cover)
    for substitute in _substitutes(start).filter(roster__in=rosters):
        substitutes[substitute.roster_id].append(substitute)
    found = {}
    for roster in rosters:
        rules = rules_of(roster, layers[roster.pk])
        inputs = _inputs(rules, shared, covers[roster.pk], substitutes[roster.pk])
        found[roster.pk] = (rules, inputs)
    return found


def _covers(start: datetime.datetime) -> QuerySet[StandIn]:
    approved = StandIn.objects.filter(state=StandIn.State.APPROVED, ends_at__gt=start)
    return approved.order_by("decided_at", "pk")


def _substitutes(start: datetime.datetime) -> QuerySet[Replacement]:
    running = Replacement.objects.filter(ended_at__isnull=True, ends_at__gt=start)
    return running.prefetch_related("members").order_by("pk")


def _inputs(
    rules: RosterRules,
    shared: World,
    covers: Iterable[StandIn],
    substitutes: Iterable[Replacement],
) -> Inputs:
    return Inputs(
        layers=rules.layers if rules.is_active else (),
        zone=shared.zone,
        days=shared.days,
        absences=shared.absences,
        gone=shared.gone,
        covers=[
            Cover(each.starts_at, each.ends_at, each.person_id, each.stand_in_id) for each in covers
        ],
        substitutes=[
            Substitute(
                each.starts_at,
                each.ends_at,
                tuple(member.person_id for member in each.members.all()),
            )
            for each in substitutes
        ],
    )
