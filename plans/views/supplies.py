"""Whether what a version demands is at hand today, for whoever writes or reads it (row P19)."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from inventory.readiness import WINDOWS, Ready, Wish, lasting, readiness
from plans.models import FaultType, PlanVersion


@login_required
@require_safe
def supplies(request: HttpRequest, number: int) -> HttpResponse:
    """Each fault type with its supplies and what there is of them today."""
    plan = get_object_or_404(PlanVersion, number=number)
    context = {
        "plan": plan,
        "groups": list(_groups(plan)),
        "lasting": lasting(WINDOWS),
        "windows": WINDOWS,
    }
    return render(request, "plans/supplies.html", context)


def _groups(plan: PlanVersion) -> Iterator[tuple[str, list[Ready]]]:
    rows = list(plan.supplies.order_by("position"))
    found = readiness([Wish(row.item, row.quantity, row.unit) for row in rows])
    by_fault: dict[str, list[Ready]] = {}
    for row, ready in zip(rows, found, strict=True):
        by_fault.setdefault(row.fault_type, []).append(ready)
    for fault_type in ("", *FaultType.values):
        if fault_type in by_fault:
            yield (str(FaultType(fault_type).label) if fault_type else ""), by_fault[fault_type]
