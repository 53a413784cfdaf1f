"""Whom a rung of a ladder reaches at a moment: its target, looked up in today's organisation.

The plan names roles, groups and rosters; who that is, is asked at the moment at which it matters.
"""

import datetime
from typing import Protocol

from plans.models import Rung
from teams.models import Duty, Leave, Membership, Person, ResponseGroup, Role
from teams.succession import acting_head


class Calendar(Protocol):
    """Who serves, leads and is away at a moment. A caller that asks often brings its own."""

    def serving(self, roster: int, at: datetime.datetime) -> list[int]:
        """Keys of those on duty in a roster, first places first."""
        ...

    def leading(self, group: ResponseGroup, at: datetime.datetime) -> int | None:
        """Key of who leads the group, None where nobody is there."""
        ...

    def away(self, people: list[int], at: datetime.datetime) -> set[int]:
        """Keys of those of `people` who are on leave."""
        ...


class Today:
    """The calendar as it stands in the database."""

    def serving(self, roster: int, at: datetime.datetime) -> list[int]:
        duties = Duty.objects.at(at).filter(roster=roster).order_by("slot", "starts_at")
        return list(duties.values_list("person_id", flat=True))

    def leading(self, group: ResponseGroup, at: datetime.datetime) -> int | None:
        return acting_head(group, at).person

    def away(self, people: list[int], at: datetime.datetime) -> set[int]:
        leaves = Leave.objects.filter(
            person__in=people, state=Leave.State.APPROVED, starts_at__lte=at, ends_at__gt=at
        )
        return set(leaves.values_list("person_id", flat=True))


def people_of(
    rung: Rung,
    at: datetime.datetime,
    *,
    calendar: Calendar | None = None,
    reporter: Person | None = None,
) -> list[Person]:
    """Whom the rung reaches at this moment, in the order in which they are to be called.

    Nobody who has left or is on leave is in it; an empty list is a rung to be skipped. `reporter`
    is the incident's; without one a rung that aims at the reporter reaches nobody. A fixed number
    of queries, whatever the number of people.
    """
    calendar = calendar or Today()
    if rung.to == Rung.To.REPORTER:
        return [reporter] if reporter is not None and reporter.is_active else []
    keys = _named(rung, at, calendar)
    away = calendar.away(keys, at)
    present = [key for key in dict.fromkeys(keys) if key not in away]
    people = Person.objects.filter(is_active=True).in_bulk(present)
    return [people[key] for key in present if key in people]


def _named(rung: Rung, at: datetime.datetime, calendar: Calendar) -> list[int]:
    if rung.to == Rung.To.ROLE:
        # An auditor only reads, whatever else they are: nobody for a ladder to call.
        holders = Person.objects.filter(is_active=True, roles__contains=[rung.role])
        return list(
            holders.exclude(roles__contains=[Role.AUDITOR])
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    if rung.roster_id is not None:
        return calendar.serving(rung.roster_id, at)
    if rung.group is not None:
        if rung.part == Rung.Part.ACTING_HEAD:
            leader = calendar.leading(rung.group, at)
            return [] if leader is None else [leader]
        members = Membership.objects.filter(group=rung.group)
        if rung.part != Rung.Part.ANYONE:
            members = members.filter(part=rung.part)
        return list(members.values_list("person_id", flat=True))
    return [] if rung.person_id is None else [rung.person_id]
