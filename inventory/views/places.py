"""Places: the list, each one's sheet with what lies there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import workflow
from inventory.authority import keeps
from inventory.forms.items import PlaceForm, place_form
from inventory.models import Place
from inventory.views.shared import insist_keeps
from journal.refusals import Conflict, Refusal
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.requests import StaffRequest


@login_required
@require_safe
def places(request: StaffRequest) -> HttpResponse:
    found = Place.objects.select_related("keeper").annotate(
        kinds=Count("balances__item", distinct=True, filter=Q(balances__quantity__gt=0))
    )
    context = {
        "places": found.order_by("-is_active", "name"),
        "may_change": keeps(request.user),
    }
    return render(request, "inventory/places.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    insist_keeps(request)
    if request.method == "GET":
        return _new(request, place_form(None))
    form = place_form(None, request.POST)
    if not form.is_valid():
        return _new(request, form, status=422)
    said = form.facts()
    said.pop("version")
    try:
        made = workflow.add_place(by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _new(request, form, status=refusal.status)
    messages.success(request, _("已添加地点「%(name)s」。") % {"name": made})
    return redirect(made)


def _new(request: StaffRequest, form: PlaceForm, status: int = 200) -> HttpResponse:
    return render(request, "inventory/new_place.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """One place: what lies there; logistics changes what is said of it."""
    shown = _known(pk)
    if request.method == "GET":
        return _sheet(request, shown, place_form(shown))
    insist_keeps(request)
    form = place_form(shown, request.POST)
    if not form.is_valid():
        return _sheet(request, shown, form, status=422)
    try:
        workflow.change_place(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = _known(pk)
        more = {"conflict": str(refusal), "changes": as_it_is(form, now), "kept": kept(form)}
        return _sheet(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, shown, form, status=refusal.status)
    messages.success(request, _("地点已保存。"))
    return redirect(shown)


@login_required
@require_POST
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Out of use, when nothing lies there; or in use again."""
    insist_keeps(request)
    shown = _known(pk)
    try:
        workflow.change_place(pk, by=request.user, is_active=not shown.is_active)
    except Refusal as refusal:
        form = place_form(shown)
        return _sheet(request, shown, form, status=refusal.status, refused=str(refusal))
    messages.success(request, _("地点已停用。") if shown.is_active else _("地点已启用。"))
    return redirect(shown)


def _known(pk: int) -> Place:
    return get_object_or_404(Place.objects.select_related("keeper"), pk=pk)


def _sheet(
    request: StaffRequest, shown: Place, form: PlaceForm, status: int = 200, **more: Any
) -> HttpResponse:
    lying = shown.balances.filter(quantity__gt=0).select_related("item", "batch")
    context = {
        "place": shown,
        "form": form,
        "balances": lying.order_by("item__category", "item__name", "pk"),
        "today": timezone.localdate(),
        "may_change": keeps(request.user),
    }
    return render(request, "inventory/place.html", context | more, status=status)
