"""年度演练计划: the year's drills, planned, changed, called off, held."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from drills import authority, workflow
from drills.forms import programme as forms
from drills.models import PlannedDrill, Programme
from drills.views.shared import frame, insist_plans, insist_sees_ahead
from journal.refusals import Conflict, NotAllowed, Refusal
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.requests import StaffRequest, number_in


@login_required
@require_safe
def programme(request: StaffRequest) -> HttpResponse:
    """One year: what is planned, due, overdue, held."""
    insist_sees_ahead(request)
    this_year = timezone.localdate().year
    year = number_in(request.GET, "year") or this_year
    rows = (
        PlannedDrill.objects.filter(programme__year=min(year, 9999))
        .select_related("programme", "responsible")
        .prefetch_related("departments", "drills")
    )
    years = set(Programme.objects.values_list("year", flat=True)) | {this_year, this_year + 1}
    planned = list(rows)
    context = frame(request, "programme") | {
        "year": year,
        "years": sorted(years),
        "planned": planned,
        "overdue": [row for row in planned if row.is_overdue],
        "due": [row for row in planned if row.is_due],
    }
    return render(request, "drills/programme.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: StaffRequest) -> HttpResponse:
    """A new drill of the programme."""
    insist_plans(request)
    year = number_in(request.GET, "year") or timezone.localdate().year
    if request.method == "GET":
        return _new(request, forms.new_form(year))
    form = forms.new_form(year, request.POST)
    if not form.is_valid():
        return _new(request, form, status=422)
    try:
        made = workflow.plan_drill(by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return _new(request, form, status=refusal.status)
    messages.success(request, _("已排入计划：%(name)s。") % {"name": made})
    return redirect(made.programme)


def _new(request: StaffRequest, form: Any, status: int = 200) -> HttpResponse:
    context = frame(request, "programme") | {"form": form, "planned": None}
    return render(request, "drills/planned.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def planned(request: StaffRequest, pk: int) -> HttpResponse:
    """One drill of the programme: who plans drills changes it."""
    shown = _known(request, pk)
    if request.method == "GET":
        return _sheet(request, shown, forms.change_form(shown))
    insist_plans(request)
    form = forms.change_form(shown, request.POST)
    if not form.is_valid():
        return _sheet(request, shown, form, status=422)
    try:
        workflow.change_planned(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = _known(request, pk)
        more = {"conflict": str(refusal), "changes": _changes(form, now), "kept": kept(form)}
        return _sheet(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, shown, form, status=refusal.status)
    messages.success(request, _("已保存。"))
    return redirect(shown.programme)


def _changes(form: Any, now: PlannedDrill) -> list[dict[str, str]]:
    form.cleaned_data["departments"] = now.departments
    return as_it_is(form, now)


_VERBS: dict[str, tuple[Any, Any]] = {
    "cancel": (forms.ReasonForm, workflow.cancel_planned),
    "held": (forms.HeldForm, workflow.note_held),
}


@login_required
@require_http_methods(["GET", "POST"])
def planned_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Called off, or held: each on a page of its own."""
    if verb not in _VERBS:
        raise Http404
    form_class, act = _VERBS[verb]
    shown = _known(request, pk)
    if not _may(verb, shown, request.user):
        raise PermissionDenied(_("演练由各小组组长、副组长、管理员或负责人登记。"))
    initial = {"version": shown.version, "held_on": timezone.localdate()}
    if request.method == "GET":
        return _verb_page(request, shown, verb, form_class(initial=initial))
    form = form_class(request.POST)
    if not form.is_valid():
        return _verb_page(request, shown, verb, form, status=422)
    try:
        act(pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        now = _known(request, pk)
        return _verb_page(request, now, verb, reopened(form, now.version), status=refusal.status)
    messages.success(request, _("已登记。"))
    return redirect(shown.programme)


def _may(verb: str, shown: PlannedDrill, person: Any) -> bool:
    if verb == "held" and shown.responsible_id == person.pk:
        return authority.is_employee(None, person)
    return authority.plans_drills(None, person)


def _verb_page(
    request: StaffRequest, shown: PlannedDrill, verb: str, form: Any, status: int = 200
) -> HttpResponse:
    context = frame(request, "programme") | {"planned": shown, "verb": verb, "form": form}
    return render(request, "drills/planned_verb.html", context, status=status)


def _known(request: StaffRequest, pk: int) -> PlannedDrill:
    """The drill, for who plans drills and for who is responsible for it. Others are refused,
    whether there is one or not."""
    rows = PlannedDrill.objects.select_related("programme", "responsible")
    rows = rows.prefetch_related("departments", "drills", "call_downs")
    if not rows.filter(pk=pk, responsible=request.user).exists():
        insist_sees_ahead(request)
    return get_object_or_404(rows, pk=pk)


def _sheet(
    request: StaffRequest, shown: PlannedDrill, form: Any, status: int = 200, **more: Any
) -> HttpResponse:
    may_change = authority.plans_drills(None, request.user) and shown.is_open
    context = frame(request, "programme") | {
        "planned": shown,
        "form": form if may_change else None,
        "may_note": shown.is_open and _may("held", shown, request.user),
    }
    return render(request, "drills/planned.html", context | more, status=status)
