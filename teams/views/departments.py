"""Departments: the list, and each one's sheet, for those who oversee accounts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.refusals import Conflict, NotAllowed, Refusal
from teams import workflow
from teams.authority import administers
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.forms.departments import DepartmentForm, change_form
from teams.history import history_of
from teams.models import Department
from teams.requests import StaffRequest, text_in
from teams.views.administering import insist_administers
from teams.views.people import insist_oversees


@login_required
@require_safe
def departments(request: StaffRequest) -> HttpResponse:
    """Every department with its people and services; search and kind filter it."""
    insist_oversees(request)
    words = text_in(request.GET, "q").strip()[:60]
    kind = request.GET.get("kind", "")
    found = Department.objects.annotate(
        people_count=Count("people", filter=Q(people__is_active=True))
    ).prefetch_related("services")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(phone__icontains=words))
    if kind in Department.Kind.values:
        found = found.filter(kind=kind)
    context = {
        "departments": found.order_by("-is_active", "position", "pk"),
        "kinds": Department.Kind.choices,
        "words": words,
        "kind": kind,
        "may_change": administers(request.user),
    }
    return render(request, "teams/departments.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    insist_administers(request)
    form = DepartmentForm(request.POST or None)
    if request.method == "GET":
        return _new(request, DepartmentForm())
    if not form.is_valid():
        return _new(request, form, status=422)
    said = form.facts()
    said.pop("version")
    try:
        made = workflow.add_department(by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _new(request, form, status=refusal.status)
    messages.success(request, _("已添加科室「%(name)s」。") % {"name": made})
    return redirect("teams:departments")


def _new(request: StaffRequest, form: DepartmentForm, status: int = 200) -> HttpResponse:
    return render(request, "teams/new_department.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def department(request: StaffRequest, pk: int) -> HttpResponse:
    """One department: who works there, which services it holds; administrators change it."""
    insist_oversees(request)
    shown = _known(pk)
    if request.method == "GET":
        return _sheet(request, shown, change_form(shown))
    insist_administers(request)
    form = change_form(shown, request.POST)
    if not form.is_valid():
        return _sheet(request, shown, form, status=422)
    try:
        workflow.change_department(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = _known(pk)
        more = {"conflict": str(refusal), "changes": as_it_is(form, now), "kept": kept(form)}
        return _sheet(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, shown, form, status=refusal.status)
    messages.success(request, _("科室已保存。"))
    return redirect("teams:department", pk)


@login_required
@require_POST
def department_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Out of use, or in use again."""
    insist_administers(request)
    if verb not in ("switch_off", "switch_on"):
        raise Http404
    shown = _known(pk)
    try:
        workflow.switch_department(pk, by=request.user, on=verb == "switch_on")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        form = change_form(shown)
        return _sheet(request, shown, form, status=refusal.status, refused=str(refusal))
    messages.success(request, _("科室已启用。") if verb == "switch_on" else _("科室已停用。"))
    return redirect("teams:department", pk)


def _known(pk: int) -> Department:
    return get_object_or_404(Department, pk=pk)


def _sheet(
    request: StaffRequest, shown: Department, form: DepartmentForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "shown": shown,
        "form": form,
        "people": shown.people.filter(is_active=True),
        "services": shown.services.all(),
        "history": history_of(shown),
        "may_change": administers(request.user),
    }
    return render(request, "teams/department.html", context | more, status=status)
