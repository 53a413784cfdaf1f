"""The all clear on its page: the words, which department has it, and what it waits for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents import authority, gates, page, workflow
from incidents.models import AllClear, AllClearReceipt, Incident
from incidents.models.state import State
from journal import rows
from journal.refusals import NotAllowed, Refusal
from teams.models import Person
from teams.requests import StaffRequest


@login_required
@require_safe
def all_clear(request: StaffRequest, pk: int) -> HttpResponse:
    """A page, and its inside for htmx."""
    return _page(request, pk)


def _page(request: StaffRequest, pk: int, status: int = 200, refused: str = "") -> HttpResponse:
    incident = page.read(pk)
    said = list(AllClear.objects.filter(incident=incident).order_by("-pk"))
    rows.name(said, "by", "revoked_by")
    standing = next((one for one in said if one.revoked_at is None), None)
    awaited = incident.state == State.CLEANING and standing is None
    context = {
        "incident": incident,
        "standing": standing,
        "revoked": [one for one in said if one is not standing],
        "receipts": _receipts(standing, request.user),
        "may_say": awaited and authority.may_command(incident, request.user),
        "conditions": _conditions(incident) if awaited else [],
        "refused": refused,
    }
    template = "incidents/_all_clear.html" if request.htmx else "incidents/all_clear.html"
    return render(request, template, context, status=status)


def _conditions(incident: Incident) -> list[dict[str, object]]:
    return page.shaped(gates.conditions(gates.ALL_CLEAR, incident))


def _receipts(standing: AllClear | None, person: Person) -> list[AllClearReceipt]:
    """Those that wait first; `mine` is one that this person may confirm."""
    if standing is None:
        return []
    found = list(standing.receipts.select_related("department", "confirmed_by"))
    for receipt in found:
        receipt.mine = (  # type: ignore[attr-defined]
            receipt.confirmed_at is None and authority.works_in_department(receipt, person)
        )
    return sorted(found, key=lambda receipt: receipt.confirmed_at is not None)


@login_required
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """A department has the all clear."""
    receipt = get_object_or_404(AllClearReceipt.objects.select_related("all_clear"), pk=pk)
    incident = receipt.all_clear.incident_id
    try:
        workflow.confirm_all_clear(pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _page(request, incident, status=refusal.status, refused=str(refusal))
    messages.success(request, _("已确认解除。"))
    return redirect("incidents:all_clear", incident)
