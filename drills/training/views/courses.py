"""Courses: the list, each one's sheet, what administrators change."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from drills.training import authority, covering, workflow
from drills.training.forms.courses import CourseForm, course_form
from drills.training.models import Course
from drills.training.views.shared import insist
from drills.training.workflow.courses import needed_by
from journal.refusals import Conflict, Refusal
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.history import history_of
from teams.requests import StaffRequest

_SHOWN = 20


@login_required
@require_safe
def courses(request: StaffRequest) -> HttpResponse:
    """Every course, with who must have it and how long it holds."""
    rows = Course.objects.order_by("-is_active", "name", "pk").select_related("keeper")
    found = list(rows.prefetch_related("departments", "groups"))
    context = {
        "courses": [(course, needed_by(course)) for course in found],
        "may_keep": authority.keeps_courses(request.user),
    }
    return render(request, "training/courses.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    _insist_keeps(request)
    if request.method != "POST":
        return _form(request, None, course_form(None))
    form = course_form(None, request.POST)
    if not form.is_valid():
        return _form(request, None, form, status=422)
    said = form.facts()
    said.pop("version")
    try:
        made = workflow.add_course(by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _form(request, None, form, status=refusal.status)
    messages.success(request, _("已添加「%(name)s」，现在可以安排场次。") % {"name": made})
    return redirect(made)


@login_required
@require_safe
def course(request: StaffRequest, pk: int) -> HttpResponse:
    """One course: what, for whom, its sessions; who is not covered, for those who see that."""
    shown = _known(pk)
    by = request.user
    context: dict[str, Any] = {
        "course": shown,
        "needed_by": needed_by(shown),
        "sessions": shown.sessions.select_related("trainer")[:_SHOWN],
        "may_keep": authority.keeps_courses(by),
        "may_arrange": authority.arranges(None, by),
        "may_chase": authority.chases(by),
        "materials": shown.materials.filter(removed_at__isnull=True),
        "has_quiz": authority.learns(by) and shown.questions.in_use().exists(),
        "history": history_of(shown),
    }
    if authority.oversees(by):
        needing = covering.needing(shown).count()
        missing = covering.uncovered(shown, timezone.localdate()).count()
        context |= {"needing": needing, "missing": missing, "covered": needing - missing}
    return render(request, "training/course.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    _insist_keeps(request)
    shown = _known(pk)
    if request.method != "POST":
        return _form(request, shown, course_form(shown))
    form = course_form(shown, request.POST)
    if not form.is_valid():
        return _form(request, shown, form, status=422)
    try:
        workflow.change_course(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = _known(pk)
        changes = [each for each in as_it_is(_without_lists(form), now) if each["new"] != "–"]
        more = {"conflict": str(refusal), "changes": changes, "kept": kept(form)}
        return _form(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _form(request, shown, form, status=refusal.status)
    messages.success(request, _("课程已保存。"))
    return redirect(shown)


@login_required
@require_POST
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Out of use, or in use again."""
    _insist_keeps(request)
    shown = _known(pk)
    workflow.change_course(pk, by=request.user, is_active=not shown.is_active)
    messages.success(request, _("课程已停用。") if shown.is_active else _("课程已启用。"))
    return redirect(shown)


def _without_lists(form: CourseForm) -> CourseForm:
    """The form without what lies in tables of its own and has no words in the row."""
    for name in ("departments", "groups"):
        form.fields.pop(name)
    return form


def _form(
    request: StaffRequest, shown: Course | None, form: CourseForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"course": shown, "form": form}
    return render(request, "training/course_form.html", context | more, status=status)


def _insist_keeps(request: StaffRequest) -> None:
    insist(authority.keeps_courses(request.user), _("培训课程由管理员维护。"))


def _known(pk: int) -> Course:
    found = Course.objects.select_related("keeper").prefetch_related("departments", "groups")
    return get_object_or_404(found, pk=pk)
