"""What the pinned plan version keeps at hand for one incident: cards, supplies, rules, grading."""

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString

from incidents.models import Grading, Incident
from incidents.models.state import NOTICE_TRACK, UNRESTORED
from incidents.replanning import newer_plan
from journal import rows
from plans.models import NoticeTemplate, PlanVersion, RegulatoryClock, RequiredSupply, ServiceCard
from plans.pages import marked_up


class Guide:
    """Each part is read when it is asked for, once; all of them in eight queries."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident

    @cached_property
    def cards(self) -> list[tuple[ServiceCard, SafeString]]:
        """Cards of the affected services, each with its manual steps as HTML (rows P2, P4)."""
        return [(card, marked_up(card.manual)) for card in cards_of(self.incident)]

    @cached_property
    def supplies(self) -> list[RequiredSupply]:
        """What must be at hand for this fault type, and for any (row P19)."""
        wanted = RequiredSupply.objects.filter(
            plan=self.incident.plan_id, fault_type__in=["", self.incident.fault_type]
        )
        return list(wanted.order_by("fault_type", "position"))

    @cached_property
    def clocks(self) -> list[RegulatoryClock]:
        """Rules that demand a report or notice within hours, for this fault type or for any."""
        return for_fault(RegulatoryClock, self.incident)

    @cached_property
    def gradings(self) -> list[Grading]:
        """How the grade was found, newest first."""
        found = list(self.incident.gradings.select_related("plan").order_by("-pk"))
        rows.name(found, "by")
        return found

    @cached_property
    def newer(self) -> PlanVersion | None:
        """A newer version in force, while the incident could still be moved to it."""
        return newer_plan(self.incident) if self.incident.state in UNRESTORED else None

    @property
    def manual_minutes(self) -> int | None:
        """A full stop beyond this sends the windows to manual mode, while it may still come."""
        if self.incident.state not in NOTICE_TRACK or self.incident.grade is None:
            return None
        return self.incident.grade.go_manual_minutes

    @property
    def is_empty(self) -> bool:
        return not (self.cards or self.supplies or self.clocks or self.gradings)


def cards_of(incident: Incident) -> list[ServiceCard]:
    """The pinned version's cards of the services that the incident affects."""
    services = Incident.services.through.objects.filter(incident=incident).values("service_id")
    return list(
        ServiceCard.objects.filter(plan=incident.plan_id, service__in=services)
        .select_related("service", "department")
        .order_by("position")
    )


def templates_of(incident: Incident) -> list[NoticeTemplate]:
    """The pinned version's notice templates for this fault type; those made for it first."""
    found: list[NoticeTemplate] = for_fault(NoticeTemplate, incident)
    return sorted(found, key=lambda template: not template.fault_types)


def for_fault(model: type[Any], incident: Incident) -> list[Any]:
    """Rows of the pinned version that belong to the incident's fault type, or to all of them."""
    kind = Q(fault_types=[])
    if incident.fault_type:
        kind |= Q(fault_types__contains=[incident.fault_type])
    return list(model.objects.filter(kind, plan=incident.plan_id).order_by("position"))
