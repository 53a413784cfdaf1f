"""What the database says that the calendar of a roster depends on; and what is on it already."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from teams.compiling import Absence, Cover, Inputs, Substitute
from teams.models import Day, Leave, Person, Replacement, Roster, StandIn
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
    rules = rules or rules_of(roster)
    covers = StandIn.objects.filter(
        roster=roster.pk, state=StandIn.State.APPROVED, ends_at__gt=start
    ).order_by("decided_at", "pk")
    substitutes = (
        Replacement.objects.filter(roster=roster.pk, ended_at__isnull=True, ends_at__gt=start)
        .prefetch_related("members")
        .order_by("pk")
    )
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
