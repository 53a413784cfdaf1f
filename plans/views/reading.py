"""The plan to be read and printed: the version in force, and any other."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import NotAllowed, Refusal
from plans import workflow
from plans.authority import is_concerned
from plans.forms import AnswerForm, CommentForm
from plans.models import Comment, PlanVersion
from plans.pages import PlanPage, find
from plans.views.doors import is_open, label_of
from teams.requests import StaffRequest, text_in

# The road first, what leads aside behind it.
_BUTTONS = ("sign", "submit", "publish", "draft", "withdraw", "roll_back", "discard")


@login_required
@require_safe
def current(request: StaffRequest) -> HttpResponse:
    """The version in force: clauses, grades, ladders, checklists, cards; or that there is none."""
    plan = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
    if plan is None:
        return render(request, "plans/none.html")
    return version_page(request, plan)


@login_required
@require_safe
def version(request: StaffRequest, number: int) -> HttpResponse:
    """The same of any version, whatever its state; under review with comments on each clause."""
    return version_page(request, get_object_or_404(PlanVersion, number=number))


def version_page(
    request: StaffRequest,
    plan: PlanVersion,
    *,
    status: int = 200,
    commenting: CommentForm | None = None,
    answering: AnswerForm | None = None,
    refused: str = "",
) -> HttpResponse:
    """The page of a version. `commenting` and `answering` are forms that were refused."""
    page = PlanPage(plan, request.user)
    wanted = text_in(request.GET, "q").strip()
    context: dict[str, Any] = {
        "plan": plan,
        "page": page,
        "buttons": [
            (name, label_of(name, plan)) for name in _BUTTONS if is_open(name, plan, request.user)
        ],
        "wanted": wanted,
        "hits": find(page, wanted),
        "may_comment": "comment" in page.verbs,
        "said": [(comment, _answer_to(comment, page, answering)) for comment in page.comments],
        "may_read": plan.status == PlanVersion.Status.PUBLISHED
        and is_concerned(plan, request.user),
        "commenting": commenting,
        "refused": refused,
    }
    return render(request, "plans/version.html", context, status=status)


def _answer_to(comment: Comment, page: PlanPage, answering: AnswerForm | None) -> AnswerForm | None:
    """The form that answers a comment, for who may; the one that was refused as it was."""
    if comment.resolved_at is not None or "resolve" not in page.verbs:
        return None
    prefix = f"answer-{comment.pk}"
    if answering is not None and answering.prefix == prefix:
        return answering
    return AnswerForm(prefix=prefix)


@login_required
@require_POST
def confirm_read(request: StaffRequest, number: int) -> HttpResponse:
    """阅知: one has read the version in force."""
    plan = get_object_or_404(PlanVersion, number=number)
    try:
        workflow.confirm_read(number, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return version_page(request, plan, status=refusal.status, refused=str(refusal))
    messages.success(request, _("已记录您的阅知，谢谢。"))
    return redirect("plans:current")
