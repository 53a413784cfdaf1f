"""Signing in: the code on the trainer's screen, and what happens on the phone that scans it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from drills.training import authority, codes, workflow
from drills.training.models import TrainingSession
from drills.training.views.sessions import known
from drills.training.views.shared import insist
from drills.training.workflow.attending import is_open
from inventory.labels import absolute, code
from journal.recording import now
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest

# Shown beside the code; the whole list stands on the session's page.
_SHOWN = 12


@login_required
@never_cache
@require_safe
def wall(request: StaffRequest, pk: int) -> HttpResponse:
    """The code for the wall, new every 20 seconds, with who has come; its inside for htmx."""
    row = known(pk)
    insist(authority.runs(row, request.user), _("由讲师、安排人或管理员打开签到码。"))
    at = now()
    context: dict[str, Any] = {"row": row, "at": at, "is_open": is_open(row, at)}
    if context["is_open"]:
        path = reverse("training:arrive", args=[row.pk, codes.code_of(row, at)])
        came = row.attendances.select_related("person").order_by("-pk")
        context |= {
            "code": code(absolute(request, path), border=4),
            "present": row.attendances.count(),
            "invited": row.invitations.count(),
            "latest": came[:_SHOWN],
        }
    template = "training/_wall.html" if request.htmx else "training/wall.html"
    return render(request, template, context)


@never_cache
@require_safe
def arrive(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Where the code leads. A fresh one is a pass for this browser; an old one says so, to anybody,
    and nothing of the session."""
    row = TrainingSession.objects.filter(pk=pk).first()
    at = now()
    if row is None or not codes.is_fresh(row, code, at):
        return render(request, "training/stale_code.html", status=410)
    codes.give_pass(request.session, row, at)
    return redirect("training:sign_in", pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: StaffRequest, pk: int) -> HttpResponse:
    """On the phone: one press, and the person is there."""
    row = known(pk)
    insist(authority.learns(request.user), _("审计员不用签到。"))
    at = now()
    context: dict[str, Any] = {
        "row": row,
        "mine": row.attendances.filter(person=request.user).first(),
        "may_sign": codes.has_pass(request.session, row, at),
    }
    if request.method != "POST":
        return render(request, "training/sign_in.html", context)
    if context["mine"] is None and not context["may_sign"]:
        refused = _("请扫屏幕上现在的码，再按「签到」。")
        return render(request, "training/sign_in.html", context | {"refused": refused}, status=409)
    try:
        workflow.sign_in(pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        context["mine"] = row.attendances.filter(person=request.user).first()
        context["refused"] = str(refusal)
        return render(request, "training/sign_in.html", context, status=refusal.status)
    codes.take_pass(request.session)
    return redirect("training:sign_in", pk)
