"""Injects by hand, and notes of what was seen. Small forms on the controller's page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from drills import authority, workflow
from drills.board import board
from drills.forms import drills as forms
from drills.models import Drill, Expected, Inject
from drills.views.drills import known
from drills.views.shared import of_drill
from journal.refusals import NotAllowed, Refusal
from teams.forms.asking import put_errors
from teams.requests import StaffRequest

_BARE = {
    "give": workflow.give_inject,
    "hold": workflow.hold_inject,
    "release": workflow.release_inject,
}


@login_required
@require_http_methods(["GET", "POST"])
def inject_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Give, hold back, let go; skipping asks why on a page of its own."""
    if verb not in (*_BARE, "skip"):
        raise Http404
    inject = Inject.objects.filter(pk=pk).first()
    drill = known(request, inject.drill_id if inject else 0)
    inject = get_object_or_404(Inject, pk=pk)
    if not authority.controls(drill, request.user):
        raise PermissionDenied(_("演练信息由导调给出。"))
    if verb == "skip":
        return _skip(request, drill, inject)
    if request.method == "GET":
        return redirect(drill)
    try:
        _BARE[verb](pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _refused(request, drill, refusal)
    return _again(request, drill)


def _skip(request: StaffRequest, drill: Drill, inject: Inject) -> HttpResponse:
    form = forms.WhyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                workflow.skip_inject(inject.pk, by=request.user, reason=form.cleaned_data["reason"])
            except Refusal as refusal:
                put_errors(form, refusal)
                status = refusal.status
            else:
                return redirect(drill)
    context = of_drill(request, drill) | {"inject": inject, "form": form}
    return render(request, "drills/skip.html", context, status=status)


@login_required
@require_POST
def improvise(request: StaffRequest, pk: int) -> HttpResponse:
    """News that the scenario does not have."""
    drill = known(request, pk)
    if not authority.controls(drill, request.user):
        raise PermissionDenied(_("演练信息由导调给出。"))
    form = forms.ImproviseForm(drill, request.POST)
    status = 422
    if form.is_valid():
        try:
            workflow.improvise(pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_errors(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("已告诉%(role)s。") % form.cleaned_data)
            return redirect(drill)
    context = of_drill(request, drill) | board(drill, request.user) | {"improvise": form}
    return render(request, "drills/drill.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def note(request: StaffRequest, pk: int) -> HttpResponse:
    """What was seen of an expected act, or that it was noted by mistake (`undo`)."""
    found = Expected.objects.filter(pk=pk).first()
    drill = known(request, found.drill_id if found else 0)
    act = get_object_or_404(Expected, pk=pk)
    if not (authority.controls(drill, request.user) or authority.evaluates(drill, request.user)):
        raise PermissionDenied(_("由导调或评估人记下参演人员做了什么。"))
    initial: dict[str, Any] = {"minute": act.noted_minute, "note": act.note}
    form = forms.NoteForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                workflow.note_act(
                    pk, by=request.user, was_done="undo" not in request.POST, **form.cleaned_data
                )
            except Refusal as refusal:
                put_errors(form, refusal)
                status = refusal.status
            else:
                return redirect(drill)
    context = of_drill(request, drill) | {"act": act, "form": form}
    return render(request, "drills/note.html", context, status=status)


def _again(request: StaffRequest, drill: Drill) -> HttpResponse:
    if request.htmx:
        return render(request, "drills/_live.html", board(known(request, drill.pk), request.user))
    return redirect(drill)


def _refused(request: StaffRequest, drill: Drill, refusal: Refusal) -> HttpResponse:
    context = board(known(request, drill.pk), request.user) | {"refused": str(refusal)}
    if request.htmx:
        return render(request, "drills/_live.html", context, status=refusal.status)
    context |= of_drill(request, drill)
    return render(request, "drills/drill.html", context, status=refusal.status)
