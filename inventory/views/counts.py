"""Counting a place: on a phone with one hand, or on a printed sheet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import workflow
from inventory.authority import keeps
from inventory.models import Count, Place
from inventory.views.shared import insist_keeps
from journal import moving
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest, number_in, text_in

_SHOWN = 50
_VERBS = {
    "sign": workflow.sign_count,
    "countersign": workflow.countersign_count,
    "cancel": workflow.cancel_count,
}


@login_required
@require_safe
def counts(request: StaffRequest) -> HttpResponse:
    """Counts that are open and those done, and the places to be counted."""
    rows = Count.objects.select_related("place", "started_by", "first_by", "second_by")
    context = {
        "counts": rows[:_SHOWN],
        "places": Place.objects.in_use(),
        "may_change": keeps(request.user),
    }
    return render(request, "inventory/counts.html", context)


@login_required
@require_POST
def start(request: StaffRequest) -> HttpResponse:
    insist_keeps(request)
    place = get_object_or_404(Place.objects.in_use(), pk=number_in(request.POST, "place") or 0)
    return redirect(workflow.start_count(place.pk, by=request.user))


@login_required
@require_http_methods(["GET", "POST"])
def count(request: StaffRequest, pk: int) -> HttpResponse:
    """The lines of one count; POST keeps the numbers, and signs with `sign`."""
    shown = _known(pk)
    if request.method == "GET":
        return _sheet(request, shown)
    insist_keeps(request)
    try:
        done = workflow.enter_counts(
            pk,
            by=request.user,
            version=number_in(request.POST, "version"),
            numbers=_numbers(request, shown),
        )
        if "sign" in request.POST:
            workflow.sign_count(pk, by=request.user, version=done.version)
    except Refusal as refusal:
        again = _known(pk)
        return _sheet(request, again, refusal, typed=request.POST, status=refusal.status)
    signed = "sign" in request.POST
    messages.success(request, _("已签字，等第二人复核。") if signed else _("数字已保存。"))
    return redirect(shown)


def _numbers(request: StaffRequest, shown: Count) -> dict[int, tuple[int, str]]:
    found = {}
    for line in shown.lines.all():
        number = number_in(request.POST, f"counted_{line.pk}")
        if number is not None:
            found[line.pk] = (min(number, 10**9), text_in(request.POST, f"why_{line.pk}"))
    return found


@login_required
@require_POST
def count_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Countersign or cancel."""
    if verb not in _VERBS:
        raise Http404
    shown = _known(pk)
    try:
        _VERBS[verb](pk, by=request.user, version=number_in(request.POST, "version"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _sheet(request, _known(pk), refusal, status=refusal.status)
    messages.success(request, _("%(verb)s：已办。") % {"verb": moving.label_of(shown, verb)})
    return redirect(shown)


@login_required
@require_safe
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """To be printed and filled in by hand."""
    shown = _known(pk)
    lines = shown.lines.select_related("item", "batch")
    return render(request, "inventory/count_sheet.html", {"count": shown, "lines": lines})


def _known(pk: int) -> Count:
    rows = Count.objects.select_related("place", "started_by", "first_by", "second_by")
    return get_object_or_404(rows, pk=pk)


def _sheet(
    request: StaffRequest,
    shown: Count,
    refusal: Refusal | None = None,
    typed: Any = None,
    status: int = 200,
) -> HttpResponse:
    verbs = moving.available(shown, request.user)
    lines: list[dict[str, Any]] = []
    for line in shown.lines.select_related("item", "batch"):
        counted, why = line.counted, line.explanation
        if typed is not None:
            counted = typed.get(f"counted_{line.pk}", counted)
            why = typed.get(f"why_{line.pk}", why)
        wrong = refusal.fields.get(f"why_{line.pk}", "") if refusal else ""
        lines.append({"line": line, "counted": counted, "why": why, "wrong": wrong})
    context = {
        "count": shown,
        "lines": lines,
        "verbs": verbs,
        "is_open": "sign" in verbs,
        "left": shown.lines.filter(counted__isnull=True).count(),
        "refused": str(refusal) if refusal else "",
    }
    return render(request, "inventory/count.html", context, status=status)
