"""What the page of duty shows: who is on in each roster, who comes, and what is mine."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.functional import cached_property

from teams.models import Duty, Handover, Person, ResponseGroup, Roster
from teams.selectors.duty import duties_between, next_on_duty, on_duty

# My shifts of the next months; who serves more often sees the rest in the calendar.
MINE = 20
_AHEAD = datetime.timedelta(days=120)


@dataclass(frozen=True)
class Post:
    """One roster at one moment: who serves (until the first of them leaves), who comes next."""

    roster: Roster
    now: list[Duty] = field(default_factory=list)
    coming: list[Duty] = field(default_factory=list)

    @property
    def until(self) -> datetime.datetime | None:
        """When the first of those on duty leaves."""
        return min((duty.ends_at for duty in self.now), default=None)

    @cached_property
    def next_at(self) -> datetime.datetime | None:
        return self.coming[0].starts_at if self.coming else None

    @property
    def is_missed(self) -> bool:
        """Nobody is there who should be."""
        return not self.now and self.roster.round_the_clock


def board(at: datetime.datetime) -> list[tuple[ResponseGroup, list[Post]]]:
    """Every roster in use at this moment, by group, first lines first. Four queries."""
    rosters = (
        Roster.objects.filter(is_active=True)
        .select_related("group")
        .order_by("group", "position", "pk")
    )
    now, coming = _by_roster(on_duty(at)), _by_roster(next_on_duty(at))
    groups: dict[int, tuple[ResponseGroup, list[Post]]] = {}
    for roster in rosters:
        group = groups.setdefault(roster.group_id, (roster.group, []))
        group[1].append(Post(roster, now[roster.pk], coming[roster.pk]))
    return list(groups.values())


def first_lines(at: datetime.datetime) -> list[Post]:
    """The first line of each group, for the line on every page. Four queries."""
    return [posts[0] for _group, posts in board(at) if posts[0].now or posts[0].is_missed]


def my_duties(person: Person, at: datetime.datetime) -> list[Duty]:
    """The person's running and next stretches. One query."""
    return duties_between(at, at + _AHEAD, person=person)[:MINE]


def my_handovers(person: Person) -> list[Handover]:
    """Changes of shift that wait for this person, on either side. Three queries."""
    return list(
        Handover.objects.waiting()
        .filter(Q(leaving=person) | Q(coming=person))
        .select_related("roster")
        .prefetch_related("leaving", "coming")
        .distinct()
        .order_by("at")
    )


def _by_roster(duties: list[Duty]) -> dict[int, list[Duty]]:
    found: dict[int, list[Duty]] = defaultdict(list)
    for duty in duties:
        found[duty.roster_id].append(duty)
    return found
