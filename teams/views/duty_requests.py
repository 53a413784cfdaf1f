"""Leave, stand-ins and swaps as requests: asking for leave, and each request's own page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal import moving
from journal.refusals import Conflict, NotAllowed, Refusal
from journal.since import changes_since
from teams import duty_authority as authority
from teams import workflow
from teams.conflicts import ConflictsFound
from teams.duty_doors import doors_of, open_doors
from teams.forms.asking import kept, put_errors, reopened
from teams.forms.moments import next_midnight
from teams.forms.requests import LeaveForm, WeighedForm
from teams.models import Leave, Role, StandIn
from teams.requests import StaffRequest
from teams.selectors.duty import duties_between
from teams.selectors.duty_requests import may_ask_for


@login_required
@require_http_methods(["GET", "POST"])
def ask_leave(request: StaffRequest) -> HttpResponse:
    """Ask for leave, for oneself or for somebody about whom one decides."""
    if not authority.is_employee(None, request.user):
        raise PermissionDenied(_("审计员只能查看，不能更改。"))
    offered = may_ask_for(request.user)
    if request.method == "GET":
        seen = {"starts_at": next_midnight(1), "ends_at": next_midnight(2)}
        return _leave_form(request, LeaveForm(offered=offered, initial=seen))
    form = LeaveForm(request.POST, offered=offered)
    if not form.is_valid():
        return _leave_form(request, form, status=422)
    try:
        leave = workflow.ask_leave(by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        return _leave_form(request, form, status=refusal.status)
    messages.success(request, _("请假申请已提交，批准人会收到通知。"))
    return redirect("teams:leave", leave.pk)


def _leave_form(request: StaffRequest, form: LeaveForm, status: int = 200) -> HttpResponse:
    return render(request, "teams/ask_leave.html", {"form": form}, status=status)


# One request ------------------------------------------------------------------------------------


@login_required
@require_safe
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """One leave: who, when, why, which shifts fall into it, what approving it would break."""
    return _page(request, _leave(request, pk))


@login_required
@require_safe
def stand_in(request: StaffRequest, pk: int) -> HttpResponse:
    """One stand-in or swap, and what approving it would break."""
    return _page(request, _stand_in(request, pk))


@login_required
@require_POST
def leave_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    return _do(request, _leave(request, pk), verb)


@login_required
@require_POST
def stand_in_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    return _do(request, _stand_in(request, pk), verb)


def _leave(request: StaffRequest, pk: int) -> Leave:
    row = get_object_or_404(Leave.objects.select_related("person", "asked_by", "decided_by"), pk=pk)
    concerned = {row.person_id, row.asked_by_id}
    _insist_sees(request, concerned, decides=authority.may_decide_leave(row, request.user))
    return row


def _stand_in(request: StaffRequest, pk: int) -> StandIn:
    related = ("roster__group", "person", "stand_in", "asked_by", "decided_by", "swap__roster")
    row = get_object_or_404(StandIn.objects.select_related(*related), pk=pk)
    concerned = {row.person_id, row.stand_in_id, row.asked_by_id}
    _insist_sees(request, concerned, decides=authority.may_arrange(row.roster, request.user))
    return row


def _insist_sees(request: StaffRequest, concerned: set[int], *, decides: bool) -> None:
    """A request is nobody's business but of those whom it concerns, who decide, or who audit."""
    oversees = request.user.has_role(Role.ADMIN, Role.AUDITOR)
    if not (request.user.pk in concerned or decides or oversees):
        raise PermissionDenied(_("这件申请只有双方和批准人能看。"))


def _do(request: StaffRequest, row: Leave | StandIn, verb: str) -> HttpResponse:
    doors = doors_of(row)
    if verb not in doors:
        raise Http404
    if not moving.may(row, verb, request.user):
        raise PermissionDenied(
            _("您没有「%(verb)s」的权限。") % {"verb": moving.label_of(row, verb)}
        )
    form = doors[verb].form(request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return _page(request, row, status=422, verb=verb, form=form)
    try:
        doors[verb].do(row.pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except ConflictsFound as refusal:
        put_errors(form, refusal)
        return _page(request, row, status=refusal.status, verb=verb, form=form)
    except Conflict as refusal:
        row = _leave(request, row.pk) if isinstance(row, Leave) else _stand_in(request, row.pk)
        return _page(
            request,
            row,
            status=refusal.status,
            verb=verb,
            form=reopened(form, row.version),
            conflict=str(refusal),
            changes=changes_since(row.stream, None),
            kept=kept(form),
        )
    except Refusal as refusal:
        put_errors(form, refusal)
        return _page(request, row, status=refusal.status, verb=verb, form=form)
    messages.success(request, _("%(verb)s：已办。") % {"verb": moving.label_of(row, verb)})
    return redirect(address_of(row))


def address_of(row: Leave | StandIn) -> str:
    """The request's own page."""
    return reverse("teams:leave" if isinstance(row, Leave) else "teams:stand_in", args=[row.pk])


def _page(
    request: StaffRequest,
    row: Leave | StandIn,
    status: int = 200,
    verb: str = "",
    form: Any = None,
    **more: Any,
) -> HttpResponse:
    """The page; `verb` and `form` are what was just sent and not taken."""
    is_leave = isinstance(row, Leave)
    doors = open_doors(row, request.user)
    conflicts = []
    if any(name == "approve" for name, _door in doors):
        conflicts = (
            workflow.what_leave_breaks(row)
            if isinstance(row, Leave)
            else workflow.what_stand_in_breaks(row)
        )
    acts = []
    for name, door in doors:
        shown = door.form(initial={"version": row.version}, auto_id=f"{name}-%s")
        if name == verb and form is not None:
            shown = form
        if conflicts and isinstance(shown, WeighedForm):
            shown.weigh()
        acts.append(
            {
                "verb": name,
                "label": moving.label_of(row, name),
                "url": reverse(
                    "teams:leave_verb" if is_leave else "teams:stand_in_verb", args=[row.pk, name]
                ),
                "form": shown,
                "happens": door.happens,
                "tone": door.tone,
                "open": name == verb,
            }
        )
    context = {
        "row": row,
        "acts": acts,
        "conflicts": conflicts,
        "shifts": duties_between(row.starts_at, row.ends_at, person=row.person) if is_leave else [],
        "now": timezone.now(),
        "here": address_of(row),
    }
    template = "teams/leave.html" if is_leave else "teams/stand_in.html"
    return render(request, template, context | more, status=status)
