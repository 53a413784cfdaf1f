"""Who works on paper: for the incident's page, the dashboard, and each department's own band."""

from functools import cached_property

from django.db.models import Count, Q
from django.utils import timezone

from incidents import authority
from incidents.models import Batch, Incident, ManualMode
from incidents.models.state import NOTICE_TRACK
from incidents.workflow.paper import OPENED_IN
from journal import moving, rows
from teams.models import Person, Role


class Paper:
    """Manual mode of one incident, as one person sees it. Each part is read once."""

    def __init__(self, incident: Incident, person: Person) -> None:
        self.incident = incident
        self.person = person

    @cached_property
    def modes(self) -> list[ManualMode]:
        """Newest first within what is under way, what has ended behind it."""
        found = list(ManualMode.objects.filter(incident=self.incident).order_by("-pk"))
        rows.name(found, "department", "on_by", "on_confirmed_by", "off_by", "off_confirmed_by")
        for mode in found:
            mode.incident = self.incident
            mode.verb = _confirmation(mode, self.person)  # type: ignore[attr-defined]
        return sorted(found, key=lambda mode: mode.state == ManualMode.State.ENDED)

    @cached_property
    def batches(self) -> list[Batch]:
        """Forms that were opened for the incident, with how many are used and entered."""
        found = Batch.objects.filter(incident=self.incident).select_related("department")
        return list(
            found.annotate(
                used=Count("slips", Q(slips__fate="used")),
                entered=Count("slips", Q(slips__reentry__isnull=False)),
            ).order_by("department__position", "pk")
        )

    @cached_property
    def standing(self) -> list[Batch]:
        """Forms that the person's own department may still open for it."""
        if self.incident.state not in OPENED_IN or self.person.only_reads:
            return []
        found = Batch.objects.standing().filter(department=self.person.department_id)
        return list(found.order_by("kind", "first")[:12])

    @property
    def may_register(self) -> bool:
        """Heads register forms that are not on record yet, and open them."""
        return (
            self.incident.state in OPENED_IN
            and authority.is_employee(None, self.person)
            and self.person.department_id is not None
            and self.person.has_role(Role.DEPARTMENT)
        )

    @property
    def is_on(self) -> bool:
        return any(mode.is_on for mode in self.modes)

    @cached_property
    def may_switch(self) -> bool:
        return self.incident.is_open and authority.switches_manual_mode(self.incident, self.person)

    @property
    def may_switch_on(self) -> bool:
        return self.may_switch and self.incident.state in NOTICE_TRACK

    @property
    def may_switch_off(self) -> bool:
        return self.may_switch and self.is_on

    @cached_property
    def threshold(self) -> int | None:
        """Minutes of a full stop beyond which the plan wants manual mode, while that may come."""
        grade = rows.named(self.incident, "grade")
        return grade.go_manual_minutes if grade and self.incident.state in NOTICE_TRACK else None

    @property
    def is_due(self) -> bool:
        """The stop has lasted that long already, and nobody works on paper."""
        if self.threshold is None or self.modes:
            return False
        lasted = self.incident.lasted(self.incident.reported_at, timezone.now())
        return lasted.total_seconds() >= self.threshold * 60


def _confirmation(mode: ManualMode, person: Person) -> str:
    """The confirmation that is asked of this person now, or nothing."""
    offered = moving.available(mode, person)
    return next((verb for verb in ("confirm_on", "confirm_off") if verb in offered), "")


def of_department(person: Person) -> list[ManualMode]:
    """Manual mode of the person's own department that is under way: for the band over its pages."""
    if person.department_id is None:
        return []
    found = ManualMode.objects.under_way().filter(department=person.department_id)
    modes = list(found.select_related("incident", "department").order_by("-pk"))
    for mode in modes:
        mode.verb = _confirmation(mode, person)  # type: ignore[attr-defined]
    return modes


def unsettled_of(person: Person) -> int:
    """How many batches of the person's own department are still in use."""
    if person.department_id is None:
        return 0
    return Batch.objects.open().filter(department=person.department_id).count()


def everywhere() -> list[ManualMode]:
    """Every department that is in manual mode or has not confirmed its end, but for drills: one
    query."""
    found = (
        ManualMode.objects.under_way()
        .filter(incident__is_drill=False)
        .select_related("incident", "department", "on_confirmed_by")
    )
    return list(found.order_by("on_at", "department__position"))
