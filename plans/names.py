"""The names by which a plan speaks of groups, rosters, services, departments and people."""

from collections.abc import Iterable
from typing import Any

from teams.models import Department, Person, ResponseGroup, Roster, Service

_KEPT: dict[str, tuple[Any, str]] = {
    "group": (ResponseGroup, "name"),
    "service": (Service, "name"),
    "department": (Department, "name"),
    "roster": (Roster, "name"),
    "person": (Person, "username"),
}


class Directory:
    """All names of each kind with their keys; each kind is read once, when it is first asked for.

    With `active` only what is in use: somebody who left belongs into no new plan.
    """

    def __init__(self, *, active: bool = True) -> None:
        self._active = active
        self._keys: dict[str, dict[str, int]] = {}

    def known(self, kind: str) -> Iterable[str]:
        """Every name of this kind."""
        return self._of(kind)

    def key(self, kind: str, name: str) -> int:
        """The primary key behind a name. Raises KeyError where there is none."""
        return self._of(kind)[name]

    def _of(self, kind: str) -> dict[str, int]:
        if kind not in self._keys:
            model, column = _KEPT[kind]
            rows = model.objects.all()
            if self._active and any(field.name == "is_active" for field in model._meta.fields):
                rows = rows.filter(is_active=True)
            self._keys[kind] = dict(rows.values_list(column, "pk"))
        return self._keys[kind]
