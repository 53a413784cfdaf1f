"""How far the service is open again, department by department."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from incidents.models import Incident, Reopening
from incidents.models.state import State
from teams.models import Department


@dataclass
class Stage:
    """A department and what of it is open; `undone`: what was, before the fault came back."""

    department: Department
    opened: list[Reopening] = field(default_factory=list)
    undone: list[Reopening] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return any(not row.window for row in self.opened)


def stages(incident: Incident) -> list[Stage]:
    """Every affected department of an incident. Two queries."""
    return _put_together(incident.affected.all(), _rows([incident]))


def under_way() -> list[tuple[Incident, list[Stage]]]:
    """Every incident whose service comes back just now. Three queries, however many they are."""
    found = list(
        Incident.objects.real()
        .filter(state__in=[State.RESTORING, State.CLEANING])
        .prefetch_related("affected")
        .order_by("-pk")[:20]
    )
    rows = _rows(found)
    return [
        (incident, _put_together(incident.affected.all(), own))
        for incident in found
        if (own := [row for row in rows if row.incident_id == incident.pk])
        or incident.state == State.RESTORING
    ]


def _rows(incidents: Iterable[Incident]) -> list[Reopening]:
    found = Reopening.objects.filter(incident__in=list(incidents))
    return list(found.select_related("department", "opened_by", "undone_by"))


def _put_together(affected: Iterable[Department], rows: list[Reopening]) -> list[Stage]:
    by_department = {department.pk: Stage(department) for department in affected}
    for row in rows:
        stage = by_department.setdefault(row.department_id, Stage(row.department))
        (stage.opened if row.undone_at is None else stage.undone).append(row)
    return list(by_department.values())
