"""The plan to be read and printed: the version in force, and any other."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from plans.models import ChecklistItem, FaultType, PlanVersion


@login_required
@require_GET
def current(request: HttpRequest) -> HttpResponse:
    """Sections, grades with their targets, and checklists of the published version."""
    plan = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
    return render(request, "plans/current.html", _told(plan) if plan else {"plan": None})


@login_required
@require_GET
def version(request: HttpRequest, number: int) -> HttpResponse:
    """The same of any version, whatever its state."""
    return render(
        request, "plans/current.html", _told(get_object_or_404(PlanVersion, number=number))
    )


def _told(plan: PlanVersion) -> dict[str, Any]:
    return {
        "plan": plan,
        "sections": plan.sections.all(),
        "grades": plan.grades.all(),
        "checklists": _checklists(plan),
    }


def _checklists(plan: PlanVersion) -> list[tuple[str, list[ChecklistItem]]]:
    """Pairs of title and items: of repair by fault type, then of restoration."""
    items = plan.checklist_items.order_by("phase", "fault_type", "position")
    return [
        (_title(phase, fault_type), list(found))
        for (phase, fault_type), found in groupby(
            items, key=lambda item: (item.phase, item.fault_type)
        )
    ]


def _title(phase: str, fault_type: str) -> str:
    label = str(ChecklistItem.Phase(phase).label)
    return f"{label}：{FaultType(fault_type).label}" if fault_type else label
