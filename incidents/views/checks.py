"""Checklists: decide, take over, add on the spot; one item at a time on a phone."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents import page, workflow
from incidents.models import Check
from incidents.page import IncidentPage
from incidents.views.incident import answer_part, refuse_part
from incidents.views.restoration import restoring
from journal.refusals import Incomplete, NotAllowed, Refusal
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
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        sentence = _("数值请填数字。")
        raise Incomplete(sentence, fields={"number": sentence})
    return round(number, 3)
