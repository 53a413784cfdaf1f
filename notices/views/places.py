"""Places of hall screens and printed signs: the list, and each one's sheet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.refusals import Conflict, NotAllowed, Refusal
from notices import workflow
from notices.authority import keeps_places
from notices.models import Place
from notices.place_forms import PlaceForm, change_form
from notices.screens import dark_among, light_of
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.history import history_of
from teams.requests import StaffRequest
from teams.wording import listed

_VERBS = {"retire": workflow.retire_place, "reopen": workflow.reopen_place}


@login_required
@require_safe
def places(request: StaffRequest) -> HttpResponse:
    """Every place with what hangs there, and which screens are dark."""
    found = Place.objects.select_related("department").prefetch_related("services", "screens")
    context = {
        "places": [
            (place, light_of(place)) for place in found.order_by("-is_active", "position", "pk")
        ],
        "may_change": keeps_places(request.user),
    }
    return render(request, "notices/places.html", context)


@login_required
@require_safe
def dark(request: StaffRequest) -> HttpResponse:
    """A line for those who publish: which places do not show what they say."""
    found = Place.objects.with_screen().prefetch_related("screens")
    return render(request, "notices/_dark_screens.html", {"places": dark_among(found)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    _insist_may(request)
    form = PlaceForm(request.POST or None)
    if request.method != "POST":
        return _new(request, PlaceForm(initial={"has_screen": True, "has_sign": True}))
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
    return redirect("notices:places")


def _new(request: StaffRequest, form: PlaceForm, status: int = 200) -> HttpResponse:
    return render(request, "notices/new_place.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """One place; administrators and the heads of customer service change it."""
    shown = _known(pk)
    if request.method != "POST":
        return _sheet(request, shown, change_form(shown))
    _insist_may(request)
    form = change_form(shown, request.POST)
    if not form.is_valid():
        return _sheet(request, shown, form, status=422)
    try:
        workflow.change_place(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = _known(pk)
        more = {"conflict": str(refusal), "changes": _as_it_is(form, now), "kept": kept(form)}
        return _sheet(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, _known(pk), form, status=refusal.status)
    messages.success(request, _("地点已保存。"))
    return redirect("notices:place", pk)


@login_required
@require_POST
def place_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Out of use, or in use again."""
    _insist_may(request)
    if verb not in _VERBS:
        raise Http404
    shown = _known(pk)
    try:
        _VERBS[verb](pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        form = change_form(shown)
        return _sheet(request, shown, form, status=refusal.status, refused=str(refusal))
    messages.success(request, _("地点已启用。") if verb == "reopen" else _("地点已停用。"))
    return redirect("notices:place", pk)


def _as_it_is(form: PlaceForm, now: Place) -> list[dict[str, str]]:
    """What the place has become, for parts/conflict.html."""
    services = form.cleaned_data.pop("services")
    del form.fields["services"]
    changes = as_it_is(form, now)
    form.fields["services"] = PlaceForm.base_fields["services"]
    held = list(now.services.all())
    if {each.pk for each in held} != {each.pk for each in services}:
        changes.append({"label": _("这里办的业务"), "new": listed(held) or "–"})
    return changes


def _known(pk: int) -> Place:
    return get_object_or_404(Place.objects.prefetch_related("services", "screens"), pk=pk)


def _insist_may(request: StaffRequest) -> None:
    if not keeps_places(request.user):
        raise PermissionDenied(_("地点由管理员和客服部负责人维护。"))


def _sheet(
    request: StaffRequest, shown: Place, form: PlaceForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "shown": shown,
        "form": form,
        "history": history_of(shown),
        "light": light_of(shown),
        "address": request.build_absolute_uri(reverse("notices:screen", args=[shown.slug])),
        "may_change": keeps_places(request.user),
    }
    return render(request, "notices/place.html", context | more, status=status)
