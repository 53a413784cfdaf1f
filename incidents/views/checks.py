"""Checklists: decide, take over, add on the spot; one item at a time on a phone."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import authority, page, workflow
from incidents.models import Check
from incidents.page import IncidentPage
from incidents.views.incident import answer_part, refuse_part
from incidents.views.restoration import restoring
from journal.refusals import Incomplete, NotAllowed, Refusal
from teams.models import Person
from teams.requests import StaffRequest, number_in, text_in

STEPS, RESTORATION = "steps", "restoration"


@login_required
@require_POST
def decide_check(request: StaffRequest, pk: int, check: int) -> HttpResponse:
    """Decide one item of a checklist."""
    get_object_or_404(Check, pk=check, incident=pk)
    remark = text_in(request.POST, "remark")
    try:
        workflow.decide_check(
            check,
            by=request.user,
            result=request.POST.get("result", ""),
            remark=remark,
            number=_measured(text_in(request.POST, "number")),
            seen=request.POST.get("version") or None,
        )
    except Refusal as refusal:
        return _refuse(request, pk, refusal, refused_check=check, typed=remark)
    return _answer(request, pk, _("检查项已记录。"))


@login_required
@require_POST
def hand_check(request: StaffRequest, pk: int, check: int, verb: str) -> HttpResponse:
    """Take an item, or take it over from whom the page showed."""
    if verb != "take":
        raise Http404
    get_object_or_404(Check, pk=check, incident=pk)
    try:
        workflow.take_check(check, by=request.user, seen=number_in(request.POST, "seen"))
    except Refusal as refusal:
        return _refuse(request, pk, refusal)
    return _answer(request, pk, _("这一项由您在办。"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign_check(request: StaffRequest, pk: int, check: int) -> HttpResponse:
    """Give an item to somebody who may decide it; `seen` is who had it on the page."""
    incident = page.read(pk)
    row = get_object_or_404(
        Check.objects.select_related("item", "assigned_to"), pk=check, incident=pk
    )
    row.incident = incident
    if not authority.in_fault_group(incident, request.user):
        raise PermissionDenied(_("您没有「办理检查项」的权限。"))
    if request.method != "POST":
        return _assigning(request, row)
    to = Person.objects.filter(pk=number_in(request.POST, "to") or 0, is_active=True).first()
    if to is None:
        return _assigning(request, row, status=422, refused=_("请选择由谁办。"))
    try:
        workflow.assign_check(check, by=request.user, to=to, seen=number_in(request.POST, "seen"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        row.refresh_from_db(fields=["assigned_to", "result"])
        return _assigning(request, row, status=refusal.status, refused=str(refusal), to=to.pk)
    messages.success(request, _("已交给%(who)s办。") % {"who": to})
    return redirect("incidents:detail", pk)


def _assigning(request: StaffRequest, check: Check, status: int = 200, **more: Any) -> HttpResponse:
    context = {"check": check, "people": authority.deciders(check)}
    return render(request, "incidents/assign.html", context | more, status=status)


@login_required
@require_POST
def add_check(request: StaffRequest, pk: int) -> HttpResponse:
    """Add an item that the plan does not have."""
    page.read(pk)
    text = text_in(request.POST, "text")
    try:
        workflow.add_check(pk, by=request.user, text=text)
    except Refusal as refusal:
        return _refuse(request, pk, refusal, typed_check=text)
    return _answer(request, pk, _("已加到检查单。"))


@login_required
@require_safe
def steps(request: StaffRequest, pk: int) -> HttpResponse:
    """One item at a time, with the next one in sight."""
    return _steps(request, pk)


def _steps(request: StaffRequest, pk: int, status: int = 200, **more: Any) -> HttpResponse:
    retyped: Any = (more.get("refused_check"), more.get("typed", ""))
    shown = IncidentPage(page.read(pk), request.user, retyped)
    to_do = shown.checklists.to_do
    context = {
        "page": shown,
        "now": [shown.checklists.one(check) for check in to_do[:1]],
        "next": to_do[1] if len(to_do) > 1 else None,
        "left": len(to_do),
    }
    return render(request, "incidents/steps.html", context | more, status=status)


def _answer(request: StaffRequest, pk: int, done: str) -> HttpResponse:
    back = request.POST.get("back")
    if back in (STEPS, RESTORATION):
        messages.success(request, done)
        return redirect(f"incidents:{back}", pk)
    return answer_part(request, pk, "checks", done)


def _refuse(request: StaffRequest, pk: int, refusal: Refusal, **more: Any) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(str(refusal)) from refusal
    if request.POST.get("back") == STEPS:
        return _steps(request, pk, status=refusal.status, refused=str(refusal), **more)
    if request.POST.get("back") == RESTORATION:
        return restoring(request, pk, status=refusal.status, refused=str(refusal), **more)
    return refuse_part(request, pk, "checks", refusal, **more)


def _measured(text: str) -> Decimal | None:
    """The number as it was typed; refuses what is none."""
    text = text.strip().replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    # By its exponent: of a number of a million digits nothing can be reckoned.
    if number.is_finite() and number.adjusted() < 12:
        # What is a little less than the limit may round up to it.
        number = round(number, 3)
    if not number.is_finite() or number.adjusted() >= 12:
        sentence = _("数值请填数字。")
        raise Incomplete(sentence, fields={"number": sentence})
    return number
