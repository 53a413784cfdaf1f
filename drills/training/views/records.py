"""Entering trainings held before, taking back completions, reminding who lacks a course."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from drills.training import authority, workflow
from drills.training.forms.sessions import PastForm
from drills.training.models import Completion, Course, TrainingSession
from drills.training.views.shared import form_page, insist
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest, number_in, text_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter_past(request: StaffRequest) -> HttpResponse:
    """补录以前的培训."""
    insist(authority.keeps_courses(request.user), _("以前的培训由管理员补录。"))

    def act(form: Any) -> TrainingSession:
        made = workflow.enter_past(by=request.user, **form.facts())
        messages.success(request, _("已补录，到场的人已记为完成。"))
        return made

    initial = PastForm.fresh(number_in(request.GET, "course"))
    context = {"title": _("补录以前的培训"), "row": None, "is_past": True}
    return form_page(request, "training/session_form.html", PastForm, initial, act, context=context)


@login_required
@require_POST
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """撤销 a completion, with the reason."""
    insist(authority.keeps_courses(request.user), _("完成记录由管理员撤销。"))
    row = get_object_or_404(Completion, pk=pk)
    return _done(
        request,
        lambda: workflow.revoke(pk, by=request.user, reason=text_in(request.POST, "reason")),
        _("已撤销。"),
        row.get_absolute_url(),
    )


@login_required
@require_POST
def chase(request: StaffRequest, pk: int) -> HttpResponse:
    """提醒 everybody who lacks the course."""
    course = get_object_or_404(Course, pk=pk)
    return _done(
        request,
        lambda: workflow.chase(pk, by=request.user),
        _("已提醒，他们会收到通知。"),
        course.get_absolute_url(),
    )


def _done(request: StaffRequest, act: Any, sentence: str, where: str) -> HttpResponse:
    """One press: carried out, or the refusal said on the page that it came from."""
    try:
        act()
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect(where)
