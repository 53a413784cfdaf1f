"""交接班: one change of shift, on which the leaving people write and the coming ones confirm."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents.handover import Items, from_plain, gather
from incidents.workflow import handing_over
from journal.refusals import Conflict, NotAllowed
from teams import duty_authority as authority
from teams.models import Handover
from teams.requests import StaffRequest, number_in, text_in


@login_required
@require_http_methods(["GET", "POST"])
def handover(request: StaffRequest, pk: int) -> HttpResponse:
    """What is open and what was said; the buttons of whoever's turn it is."""
    if request.method == "GET":
        return _page(request, pk)
    version = number_in(request.POST, "version")
    try:
        if request.POST.get("action") == "confirm":
            handing_over.confirm_handover(pk, by=request.user, version=version)
            messages.success(request, _("已接班。"))
        else:
            remarks = text_in(request.POST, "remarks")
            handing_over.hand_over(pk, by=request.user, version=version, remarks=remarks)
            messages.success(request, _("已交班，等对方确认。"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Conflict as refusal:
        return _page(request, pk, status=409, refused=str(refusal))
    return redirect("incidents:handover", pk)


def _page(request: StaffRequest, pk: int, status: int = 200, **more: Any) -> HttpResponse:
    rows = Handover.objects.select_related("roster__group", "handed_by", "confirmed_by")
    shown = get_object_or_404(rows.prefetch_related("leaving", "coming"), pk=pk)
    kept = None if shown.items is None else from_plain(shown.items)
    live = gather(shown) if shown.confirmed_at is None else None
    is_open = shown.confirmed_at is None
    context = {
        "handover": shown,
        "items": kept or live,
        "since": _since(kept, live),
        "remarks": text_in(request.POST, "remarks") if status == 409 else shown.remarks,
        "may_hand_over": is_open and authority.may_hand_over(shown, request.user),
        "may_confirm": is_open
        and authority.may_confirm_handover(shown, request.user, timezone.now()),
    }
    return render(request, "incidents/handover.html", context | more, status=status)


def _since(kept: Items | None, live: Items | None) -> list[Any]:
    """Incidents that were opened after it was handed over and before anybody confirmed."""
    if kept is None or live is None:
        return []
    known = {row.pk for row in kept.incidents}
    return [row for row in live.incidents if row.pk not in known]
