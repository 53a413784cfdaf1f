"""Who is on duty first, by name, where a page would else only name a role."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from teams.models import Duty


@dataclass(frozen=True)
class _Serving:
    """Somebody on duty, and all that a page may call them by."""

    roster: int
    kind: str
    group: str
    name: str
    roles: list[str]
    department: str | None


class FirstOnDuty:
    """The first line of whatever serves at a moment. One query, when it is first asked."""

    def __init__(self, at: datetime.datetime) -> None:
        self._at = at

    @cached_property
    def _serving(self) -> list[_Serving]:
        found = Duty.objects.at(self._at).order_by("roster__position", "roster", "slot")
        return [
            _Serving(*row)
            for row in found.values_list(
                *("roster", "roster__group__kind", "roster__group__name"),
                *("person__name", "person__roles", "person__department__name"),
            )
        ]

    def in_group(self, kind: str) -> str:
        """Names of the first line of the group of this kind; empty where nobody is on duty."""
        return self._first(lambda one: one.kind == kind)

    def with_role(self, role: str) -> str:
        """Names of the first line whose people have this role."""
        return self._first(lambda one: role in one.roles)

    def called(self, name: str) -> str:
        """Names of the first line of a group or a department of this name."""
        return self._first(lambda one: name in (one.group, one.department))

    def _first(self, wanted: Callable[[_Serving], bool]) -> str:
        found = [one for one in self._serving if wanted(one)]
        # A person with two stretches at once is one person.
        names = dict.fromkeys(one.name for one in found if one.roster == found[0].roster)
        return "、".join(names)
