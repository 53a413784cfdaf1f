"""What administrators put into a course: materials and questions; and a material as a download."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from drills.training import authority, workflow
from drills.training.forms.quizzes import MaterialForm, QuestionForm
from drills.training.models import Course, Material, Question
from drills.training.views.shared import insist
from journal import keeping
from journal.refusals import NotAllowed, Refusal
from teams.forms.asking import put_errors
from teams.requests import StaffRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contents(request: StaffRequest, pk: int) -> HttpResponse:
    """资料和题目, for administrators: a file more."""
    _insist_keeps(request)
    course = get_object_or_404(Course, pk=pk)
    if request.method != "POST":
        return _page(request, course, MaterialForm())
    form = MaterialForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, course, form, status=422)
    try:
        workflow.add_material(pk, by=request.user, **form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        return _page(request, course, form, status=refusal.status)
    messages.success(request, _("资料已添加。"))
    return redirect("training:contents", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: StaffRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Write a question, or another wording of it."""
    _insist_keeps(request)
    course = get_object_or_404(Course, pk=pk)
    shown = get_object_or_404(course.questions.in_use(), pk=number) if number else None
    context: dict[str, Any] = {"course": course, "question": shown}
    if request.method != "POST":
        context["form"] = QuestionForm(initial=QuestionForm.words_of(shown) if shown else None)
        return render(request, "training/question.html", context)
    form = context["form"] = QuestionForm(request.POST)
    if not form.is_valid():
        return render(request, "training/question.html", context, status=422)
    try:
        workflow.write_question(pk, by=request.user, question=number, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return render(request, "training/question.html", context, status=refusal.status)
    messages.success(request, _("题目已保存。"))
    return redirect("training:contents", pk)


@login_required
@require_POST
def drop_question(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    _insist_keeps(request)
    get_object_or_404(Question, pk=number, course=pk)
    try:
        workflow.drop_question(number, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("题目已撤下。"))
    return redirect("training:contents", pk)


@login_required
@require_POST
def remove_material(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    _insist_keeps(request)
    get_object_or_404(Material, pk=number, course=pk)
    try:
        workflow.remove_material(number, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("资料已撤下。"))
    return redirect("training:contents", pk)


@login_required
@require_safe
def material(request: StaffRequest, pk: int, number: int) -> HttpResponseBase:
    """A material, always as a download, for whoever works here."""
    row = get_object_or_404(Material, pk=number, course=pk)
    if row.removed_at is not None and not authority.oversees(request.user):
        raise Http404
    return keeping.send(row.path, name=row.name, kind=row.kind)


def _page(
    request: StaffRequest, course: Course, form: MaterialForm, status: int = 200
) -> HttpResponse:
    context = {
        "course": course,
        "form": form,
        "materials": course.materials.filter(removed_at__isnull=True),
        "questions": [
            (each, [(at in each.right, words) for at, words in enumerate(each.options)])
            for each in course.questions.in_use()
        ],
    }
    return render(request, "training/contents.html", context, status=status)


def _insist_keeps(request: StaffRequest) -> None:
    insist(authority.keeps_courses(request.user), _("培训课程由管理员维护。"))
