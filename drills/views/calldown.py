"""点名: begin one, watch who answers, call again, end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from drills import calling, workflow
from drills.forms.calldown import CallDownForm
from drills.models import CallDown
from drills.views.shared import frame, insist_plans, insist_sees_ahead
from journal.refusals import NotAllowed, Refusal
from teams.forms.asking import put_errors
from teams.requests import StaffRequest, number_in

LAST = 20
_ACTS: dict[str, tuple[Callable[..., CallDown], str | Promise]] = {
    "again": (workflow.call_again, gettext_lazy("已再叫没有应答的人。")),
    "end": (workflow.end_call_down, gettext_lazy("点名已结束。")),
}


@login_required
@require_http_methods(["GET", "POST"])
def call_downs(request: StaffRequest) -> HttpResponse:
    """The last call-downs, and the form that begins one."""
    insist_sees_ahead(request)
    if request.method == "GET":
        return _list(request, CallDownForm(chosen=number_in(request.GET, "planned")))
    insist_plans(request)
    form = CallDownForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        made = workflow.begin_call_down(by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _list(request, form, status=refusal.status)
    messages.success(request, _("已开始呼叫。"))
    return redirect(made)


def _list(request: StaffRequest, form: CallDownForm, status: int = 200) -> HttpResponse:
    rows = CallDown.objects.select_related("begun_by").prefetch_related("rosters", "groups")
    context = frame(request, "call_down") | {"form": form, "rows": rows[:LAST], "is_drill": True}
    return render(request, "drills/call_downs.html", context, status=status)


@login_required
@require_safe
def call_down(request: StaffRequest, pk: int) -> HttpResponse:
    """Who has answered, through which way and after how long; who has not."""
    insist_sees_ahead(request)
    return _page(request, _known(pk))


def _page(request: StaffRequest, shown: CallDown, status: int = 200, **more: Any) -> HttpResponse:
    context = frame(request, "call_down") | {
        "call_down": shown,
        "result": calling.result(shown),
        "is_drill": True,
    }
    name = "_call_down" if request.htmx and status == 200 else "call_down"
    return render(request, f"drills/{name}.html", context | more, status=status)


@login_required
@require_POST
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Once more for who has not answered; or the end."""
    if verb not in _ACTS:
        raise Http404
    shown = _known(pk)
    do, done = _ACTS[verb]
    try:
        do(pk, by=request.user, version=number_in(request.POST, "version"))
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        return _page(request, _known(pk), status=refusal.status, refused=refusal.sentence)
    messages.success(request, str(done))
    return redirect(shown)


def _known(pk: int) -> CallDown:
    rows = CallDown.objects.select_related("begun_by", "planned__programme")
    rows = rows.prefetch_related("rosters", "groups")
    return get_object_or_404(rows, pk=pk)
