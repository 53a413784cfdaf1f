"""What the orders' pages and the report page need, in a fixed number of queries."""

from typing import Any

from django.db.models import Q

from incidents.authority import may_command
from incidents.models import Incident, Order
from incidents.models.state import OPEN
from teams.models import Department, Person

LOOKALIKES = 3


def level_of(incident: Incident) -> int:
    """1–4: the grade, or the one that holds provisionally until IT has graded."""
    return incident.grade.level if incident.grade else incident.plan.provisional_level


def lookalikes(services: Any, department: Department | None) -> list[Incident]:
    """Unrestored incidents of one of these services or this department, newest first."""
    same = Q()
    services = list(services)
    if services:
        # A subquery on the link table, not a join: a join would give an incident once a service.
        link = Incident.services.through.objects.filter(service__in=services)
        same |= Q(pk__in=link.values("incident_id"))
    if department is not None:
        same |= Q(department=department)
    if not same:
        return []
    return list(
        Incident.objects.real()
        .unrestored()
        .filter(same)
        .select_related("grade", "plan", "department")
        .prefetch_related("services")
        .order_by("-reported_at")[:LOOKALIKES]
    )


def places() -> list[str]:
    """Places named in recent reports, to choose from instead of typing."""
    recent = Incident.objects.exclude(location="").order_by("-reported_at")
    return list(dict.fromkeys(recent.values_list("location", flat=True)[:60]))[:20]


def orders_for(person: Person) -> list[Order]:
    """Orders for the person's department and groups: open ones by deadline, then ended ones."""
    mine = Order.objects.for_person(person).select_related(
        "incident__grade",
        "incident__plan",
        "department",
        "group",
        "read_back_by",
        "ended_by",
        "issued_by",
    )
    return [
        *mine.open().order_by("incident__is_drill", "due_at", "pk")[:100],
        *mine.exclude(pk__in=mine.open().values("pk")).order_by("-ended_at")[:20],
    ]


def waiting_for_command(person: Person) -> list[Incident]:
    """Confirmed incidents that this person may command, the most urgent first."""
    found = (
        Incident.objects.filter(state=Incident.State.CONFIRMED)
        .select_related("grade", "plan", "department", "reporter", "acknowledged_by")
        .prefetch_related("services", "affected")
        .order_by("is_drill", "grade__level", "reported_at")[:20]
    )
    return [incident for incident in found if may_command(incident, person)]


def orders_under_way(limit: int = 60) -> list[Order]:
    """Orders of open incidents, those of the newest incident first."""
    return list(
        Order.objects.filter(incident__state__in=OPEN, incident__is_drill=False)
        .select_related(
            "incident__grade",
            "incident__plan",
            "department",
            "group",
            "read_back_by",
            "ended_by",
        )
        .order_by("-incident_id", "pk")[:limit]
    )
