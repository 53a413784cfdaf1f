"""Whom a rung of a ladder reaches at a moment: its target, looked up in today's organisation.

The plan names roles, groups and rosters; who that is, is asked at the moment at which it matters.
"""

import datetime
from typing import Protocol

from journal import rows
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
        # As `Duty.objects.at`, by the same index; the ladder asks this in the greatest hurry.
        words = "roster_id = %s AND tstzrange(starts_at, ends_at) @> %s ORDER BY slot, starts_at"
        return [duty.person_id for duty in rows.where(Duty, words, roster, at)]

    def leading(self, group: ResponseGroup, at: datetime.datetime) -> int | None:
        return acting_head(group, at).person

    def away(self, people: list[int], at: datetime.datetime) -> set[int]:
        words = "person_id = ANY(%s) AND state = %s AND starts_at <= %s AND ends_at > %s"
        leaves = rows.where(Leave, words, people, Leave.State.APPROVED, at, at)
        return {leave.person_id for leave in leaves}


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
    found = rows.where(Person, "is_active AND id = ANY(%s)", present)
    people = {person.pk: person for person in found}
    return [people[key] for key in present if key in people]


def _named(rung: Rung, at: datetime.datetime, calendar: Calendar) -> list[int]:
    if rung.to == Rung.To.ROLE:
        # An auditor only reads, whatever else they are: nobody for a ladder to call.
        words = "is_active AND %s = ANY(roles) AND NOT %s = ANY(roles) ORDER BY id"
        holders = rows.where(Person, words, rung.role, Role.AUDITOR)
        return [person.pk for person in holders]
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
