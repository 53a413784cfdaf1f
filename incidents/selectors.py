"""What the dashboard, the orders' pages and the report page need, in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from incidents.authority import may_command
from incidents.deadlines import WHILE_OPEN
from incidents.models import Deadline, Incident, Order
from incidents.models.state import OPEN, UNRESTORED
from incidents.numbering import numbered
from incidents.stages import NEXT
from teams.models import Department, Person, Service

DUE_LIMIT = 12
OPEN_LIMIT = 100
ENDED_PAGE = 20
LOOKALIKES = 3


@dataclass(frozen=True)
class Row:
    """An open incident as the dashboard lists it: what is due next, and who holds it."""

    incident: Incident
    clock: Deadline | None
    services: list[Service]

    @property
    def level(self) -> int:
        return level_of(self.incident)

    @property
    def is_provisional(self) -> bool:
        return self.incident.grade_id is None

    @property
    def next_step(self) -> Any:
        if self.clock is not None:
            return self.clock.get_kind_display()
        return NEXT.get(self.incident.state, ("", ""))[0]

    @property
    def holder(self) -> Any:
        """Who must act next."""
        if self.clock is not None:
            return self.clock.holder
        return NEXT.get(self.incident.state, ("", ""))[1]

    @property
    def key(self) -> str:
        return f"incident-{self.incident.pk}"

    @property
    def about(self) -> list[str]:
        """Place, services, waiting people and state, in words."""
        incident = self.incident
        place = incident.location or (incident.department.name if incident.department else "")
        waiting = _("%(count)s 人在等") % {"count": incident.waiting} if incident.waiting else ""
        in_hand = incident.lead or incident.acknowledged_by
        words = [
            incident.get_state_display(),
            place,
            "、".join(service.name for service in self.services),
            waiting,
            _("%(who)s处理") % {"who": in_hand} if in_hand else "",
        ]
        return [str(word) for word in words if word]


@dataclass(frozen=True)
class Due:
    """A clock on the dashboard's first list."""

    deadline: Deadline

    @property
    def key(self) -> str:
        return f"clock-{self.deadline.pk}"

    @property
    def level(self) -> int:
        return level_of(self.deadline.incident)


def level_of(incident: Incident) -> int:
    """1–4: the grade, or the one that holds provisionally until IT has graded."""
    return incident.grade.level if incident.grade else incident.plan.provisional_level


def due_now(limit: int = DUE_LIMIT) -> list[Due]:
    """The clocks that run out soonest over all incidents, those that have run out first."""
    running = (
        Deadline.objects.running()
        .filter(_still_wanted())
        .select_related("incident__grade", "incident__plan")
        .order_by("due_at", "pk")[:limit]
    )
    return [Due(deadline) for deadline in running]


def open_rows(wanted: dict[str, Any]) -> list[Row]:
    """Open incidents by urgency: grade, then the clock that runs out first."""
    next_due = (
        Deadline.objects.running()
        .filter(_still_wanted(), incident=OuterRef("pk"))
        .order_by()
        .values("incident")
        .values(soonest=Min("due_at"))
    )
    incidents = list(
        _matching(Incident.objects.open(), wanted)
        .annotate(
            urgency=Coalesce("grade__level", "plan__provisional_level"),
            next_due=Subquery(next_due),
        )
        .select_related("grade", "plan", "department", "lead", "acknowledged_by")
        .prefetch_related("services")
        .order_by("urgency", F("next_due").asc(nulls_last=True), "reported_at")[:OPEN_LIMIT]
    )
    clocks: dict[int, Deadline] = {}
    running = Deadline.objects.running().filter(_still_wanted(), incident__in=incidents)
    for deadline in running.order_by("due_at", "pk"):
        clocks.setdefault(deadline.incident_id, deadline)
    return [
        Row(incident, clocks.get(incident.pk), list(incident.services.all()))
        for incident in incidents
    ]


def ended_page(wanted: dict[str, Any], before: int | None) -> tuple[list[Row], int | None]:
    """Ended incidents, newest first, and the key from which the next page goes on, if any."""
    rows = _matching(Incident.objects.exclude(state__in=OPEN), wanted)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = [
        Row(incident, None, list(incident.services.all()))
        for incident in rows.select_related(
            "grade", "plan", "department", "lead", "acknowledged_by"
        )
        .prefetch_related("services")
        .order_by("-pk")[: ENDED_PAGE + 1]
    ]
    if len(found) <= ENDED_PAGE:
        return found, None
    return found[:ENDED_PAGE], found[ENDED_PAGE - 1].incident.pk


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
        Incident.objects.unrestored()
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
        *mine.open().order_by("due_at", "pk")[:100],
        *mine.exclude(pk__in=mine.open().values("pk")).order_by("-ended_at")[:20],
    ]


def waiting_for_command(person: Person) -> list[Incident]:
    """Confirmed incidents that this person may command, the most urgent first."""
    found = (
        Incident.objects.filter(state=Incident.State.CONFIRMED)
        .select_related("grade", "plan", "department", "reporter", "acknowledged_by")
        .prefetch_related("services", "affected")
        .order_by("grade__level", "reported_at")[:20]
    )
    return [incident for incident in found if may_command(incident, person)]


def orders_under_way(limit: int = 60) -> list[Order]:
    """Orders of open incidents, those that nobody has read back first."""
    return list(
        Order.objects.filter(incident__state__in=OPEN)
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


def _still_wanted() -> Q:
    """The clocks that may still ring; the same rule as `deadlines.is_still_wanted`."""
    return Q(incident__state__in=UNRESTORED) | Q(incident__state__in=OPEN, kind__in=WHILE_OPEN)


def _matching(rows: "QuerySet[Incident]", wanted: dict[str, Any]) -> "QuerySet[Incident]":
    if "state" in wanted:
        rows = rows.filter(state=wanted["state"])
    if "level" in wanted:
        rows = rows.filter(
            Q(grade__level=wanted["level"])
            | Q(grade__isnull=True, plan__provisional_level=wanted["level"])
        )
    if "department" in wanted:
        link = Incident.affected.through.objects.filter(department=wanted["department"])
        rows = rows.filter(
            Q(department=wanted["department"]) | Q(pk__in=link.values("incident_id"))
        )
    if "service" in wanted:
        link_to_service = Incident.services.through.objects.filter(service=wanted["service"])
        rows = rows.filter(pk__in=link_to_service.values("incident_id"))
    if "q" in wanted:
        rows = rows.filter(_text(wanted["q"]))
    return rows


def _text(words: str) -> Q:
    found = Q(title__icontains=words) | Q(location__icontains=words) | Q(seen__icontains=words)
    number = numbered(words)
    return found | number if number else found
