"""Whose workload a person may see, and how it is drawn."""

from dataclasses import dataclass
from typing import Any

from teams.duty_authority import is_employee
from teams.models import Membership, ResponseGroup, Role, Roster
from teams.workload import Load, Workload

_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)
# The chart's own units; a bar scales with its cell.
WIDTH = 200


@dataclass(frozen=True)
class Sight:
    """What somebody sees: all groups (`groups` is None), some of them, or none but themselves."""

    groups: frozenset[int] | None

    @property
    def is_all(self) -> bool:
        return self.groups is None

    @property
    def is_own_only(self) -> bool:
        return self.groups is not None and not self.groups

    @property
    def shown_groups(self) -> Any:
        """Groups whose duty may be asked for."""
        groups = ResponseGroup.objects.in_use().filter(rosters__isnull=False).distinct()
        return groups if self.groups is None else groups.filter(pk__in=self.groups)

    @property
    def shown_rosters(self) -> Any:
        rosters = Roster.objects.filter(is_active=True)
        return rosters if self.groups is None else rosters.filter(group__in=self.groups)


def sight_of(person: Any) -> Sight:
    """Administrators, leaders and auditors see everybody's; heads and deputies that of their
    groups; everybody else their own."""
    if person.has_role(Role.ADMIN, Role.LEADER, Role.AUDITOR):
        return Sight(None)
    if not is_employee(None, person):
        return Sight(frozenset())
    heads = Membership.objects.filter(person=person, part__in=_HEADS)
    return Sight(frozenset(heads.values_list("group_id", flat=True)))


@dataclass(frozen=True)
class Bar:
    """One person's hours as pieces of a bar, in the chart's units: ordinary, weekend, holiday."""

    load: Load
    ordinary: float
    weekend: float
    holiday: float

    @property
    def weekend_at(self) -> float:
        return self.ordinary

    @property
    def holiday_at(self) -> float:
        return self.ordinary + self.weekend

    @property
    def percent(self) -> int:
        """Hours against an equal share, in percent."""
        return round(self.load.share * 100)


def bars(found: Workload) -> list[Bar]:
    """A bar for each load, as long as its hours; the longest fills the chart."""
    most = max((load.hours for load in found.loads), default=0.0)
    scale = WIDTH / most if most else 0.0
    return [
        Bar(
            load,
            ordinary=round(
                max(0.0, load.hours - load.weekend_hours - load.holiday_hours) * scale, 2
            ),
            weekend=round(load.weekend_hours * scale, 2),
            holiday=round(load.holiday_hours * scale, 2),
        )
        for load in found.loads
    ]


def mean_at(found: Workload) -> float:
    """Where the mean stands in the chart."""
    most = max((load.hours for load in found.loads), default=0.0)
    return round(found.mean_hours * WIDTH / most, 2) if most else 0.0
