"""Supplies of an incident: what is there and what is out, issuing and keeping back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import page, workflow
from incidents.forms.supplies import IssueForm
from incidents.running_out import outlook
from incidents.supplying import ISSUING, Supplying
from incidents.views.verbs import put_errors
from inventory.authority import keeps
from inventory.forms.funds import PayForForm
from inventory.models import Fund
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest, number_in

_MOST_WINDOWS = 9999


@login_required
@require_safe
def supplies(request: StaffRequest, pk: int) -> HttpResponse:
    """What the plan demands and what there is: a page, and its inside for htmx.

    `?windows=20` says how many windows work by hand.
    """
    return _supplies(request, pk)


def _supplies(request: StaffRequest, pk: int, status: int = 200, refused: str = "") -> HttpResponse:
    incident = page.read(pk)
    windows = number_in(request.GET, "windows")
    if windows is not None:
        windows = min(max(windows, 1), _MOST_WINDOWS)
    shown = Supplying(incident, request.user, windows)
    template = "incidents/_supplies.html" if request.htmx else "incidents/supplies.html"
    context = {"incident": incident, "supplying": shown, "refused": refused}
    context["outlook"] = outlook(incident, timezone.now())
    return render(request, template, context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def issue(request: StaffRequest, pk: int) -> HttpResponse:
    """Give supplies out for the incident."""
    _insist_keeps(request)
    incident = page.read(pk)
    supplying = Supplying(incident, request.user)
    if request.method == "GET":
        return _sheet(request, supplying, IssueForm(supplying=supplying))
    form = IssueForm(request.POST, supplying=supplying)
    if not form.is_valid():
        return _sheet(request, supplying, form, status=422)
    try:
        workflow.issue_supplies(pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, Supplying(page.read(pk), request.user), form, refusal.status)
    messages.success(request, _("物资已发放，记在这起事件里。"))
    return redirect("incidents:supplies", pk)


def _sheet(
    request: StaffRequest, supplying: Supplying, form: Any, status: int = 200
) -> HttpResponse:
    context = {
        "incident": supplying.incident,
        "supplying": supplying,
        "form": form,
        "in_time": supplying.incident.state in ISSUING,
    }
    return render(request, "incidents/issue_supplies.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def pay(request: StaffRequest, pk: int) -> HttpResponse:
    """Money from the emergency fund for the incident."""
    _insist_keeps(request)
    incident = page.read(pk)
    form = PayForForm(request.POST if request.method == "POST" else None)
    context = {"incident": incident, "form": form, "funds": Fund.objects.exists()}
    if request.method == "GET":
        return render(request, "incidents/pay.html", context)
    if not form.is_valid():
        return render(request, "incidents/pay.html", context, status=422)
    try:
        workflow.pay_for(pk, by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return render(request, "incidents/pay.html", context, status=refusal.status)
    messages.success(request, _("支出已登记，计入这起事件的花费。"))
    return redirect("incidents:supplies", pk)


@login_required
@require_POST
def reserve(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep back what the plan demands, or give back what was kept (`release`)."""
    _insist_keeps(request)
    page.read(pk)
    try:
        if "release" in request.POST:
            workflow.release_supplies(pk, by=request.user)
            messages.success(request, _("已解除预留，别人可以领用。"))
        else:
            workflow.reserve_supplies(pk, by=request.user)
            messages.success(request, _("已按预案预留，别人领不走。"))
    except Refusal as refusal:
        return _supplies(request, pk, status=refusal.status, refused=str(refusal))
    return redirect("incidents:supplies", pk)


def _insist_keeps(request: StaffRequest) -> None:
    if not keeps(request.user):
        raise PermissionDenied(_("物资由后勤人员管理。"))
