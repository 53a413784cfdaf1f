"""Answering a course's quiz, and one's answers afterwards."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from drills.training import authority, workflow
from drills.training.forms.quizzes import QuizForm
from drills.training.models import Attempt, Course
from drills.training.views.shared import insist
from drills.training.workflow.quizzes import hides_answers, tries_left
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: StaffRequest, pk: int) -> HttpResponse:
    """The questions; handed in, the answers are shown."""
    insist(authority.learns(request.user), _("审计员不用参加测验。"))
    course = get_object_or_404(Course, pk=pk)
    questions = list(course.questions.in_use())
    if request.method != "POST":
        return _page(request, course, QuizForm(course, questions))
    form = QuizForm(course, questions, request.POST)
    if not form.is_valid():
        return _page(request, course, form, status=422)
    try:
        done = workflow.submit_quiz(
            pk,
            by=request.user,
            quiz_version=form.cleaned_data["quiz_version"],
            answers=form.answers(),
            client_uuid=form.cleaned_data["client_uuid"],
        )
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        course = Course.objects.get(pk=pk)
        form = QuizForm(course, list(course.questions.in_use()), request.POST)
        form.see(course.quiz_version)
        for name, sentence in refusal.fields.items():
            form.add_error(name if name in form.fields else None, sentence)
        if not refusal.fields:
            form.add_error(None, refusal.sentence)
        return _page(request, course, form, status=refusal.status)
    return redirect(done)


@login_required
@require_safe
def attempt(request: StaffRequest, pk: int) -> HttpResponse:
    """Answers as they were handed in; with what was right, once it is no secret any more."""
    row = get_object_or_404(Attempt.objects.select_related("course", "person"), pk=pk)
    insist(
        authority.sees_training_of(row.person, request.user),
        _("答卷只给本人、本科室负责人、领导、管理员和审计员看。"),
    )
    hidden = hides_answers(row, request.user)
    sheet: list[dict[str, Any]] = [
        each
        | {
            "explanation": "" if hidden else each["explanation"],
            "rows": [
                {
                    "words": words,
                    "is_right": not hidden and at in each["right"],
                    "is_given": at in each["given"],
                }
                for at, words in enumerate(each["options"])
            ],
        }
        for each in row.answers
    ]
    context = {
        "row": row,
        "sheet": sheet,
        "hidden": hidden,
        "is_me": row.person_id == request.user.pk,
        "left": tries_left(row.course, row.person),
        "done": row.course.completions.standing().filter(person=row.person, at__gte=row.at).first(),
    }
    return render(request, "training/attempt.html", context)


def _page(request: StaffRequest, course: Course, form: QuizForm, status: int = 200) -> HttpResponse:
    context = {
        "course": course,
        "form": form,
        "left": tries_left(course, request.user),
        "tried": course.attempts.filter(person=request.user)[:5],
    }
    return render(request, "training/quiz.html", context, status=status)
