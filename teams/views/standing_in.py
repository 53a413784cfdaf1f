"""Asking a colleague to stand in or to swap; whoever arranges the roster may settle it at once."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from journal.refusals import Incomplete, NotAllowed, Refusal
from teams import duty_authority as authority
from teams import workflow
from teams.conflicts import Conflict, ConflictsFound
from teams.forms.asking import put_errors
from teams.forms.requests import StandInForm, SwapForm
from teams.models import Duty, Roster, StandIn
from teams.requests import StaffRequest, number_in
from teams.selectors.duty import duties_between
from teams.selectors.duty_requests import colleagues

# Shifts of so many days are offered for a swap.
_AHEAD = datetime.timedelta(days=60)


@login_required
@require_http_methods(["GET", "POST"])
def ask_stand_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody else serves in one's place: `?duty=` says in which shift, `&to=` who."""
    roster = _roster(request, pk)
    arranges = authority.may_arrange(roster, request.user)
    near, others = colleagues(roster)
    duty = _duty(request, roster)
    form = StandInForm(request.POST or None, initial=_seen(request, duty))
    form.fields["stand_in"].offer((_("本小组"), near), (_("其他同事"), others))  # type: ignore[attr-defined]
    if arranges:
        form.fields["person"].offer((_("本小组"), near), (_("其他同事"), others))  # type: ignore[attr-defined]
    else:
        del form.fields["person"], form.fields["how"]
    shown = {"roster": roster, "duty": duty, "arranges": arranges}
    if request.method == "GET":
        return _sheet(request, "teams/ask_stand_in.html", form, shown)
    if not form.is_valid():
        return _sheet(request, "teams/ask_stand_in.html", form, shown, status=422)
    said = form.facts()
    how, reason = said.pop("how", "ask"), said.pop("accept_conflicts", "")
    try:
        if how == "arrange":
            done = workflow.arrange_stand_in(pk, by=request.user, accept_conflicts=reason, **said)
        else:
            done = workflow.ask_stand_in(pk, by=request.user, **said)
    except Refusal as refusal:
        return _refused(request, "teams/ask_stand_in.html", form, shown, refusal)
    return _done(request, done, how)


@login_required
@require_http_methods(["GET", "POST"])
def ask_swap(request: StaffRequest, pk: int) -> HttpResponse:
    """Two people exchange shifts: `?duty=` says which one is given, `&with=` for which."""
    roster = _roster(request, pk)
    arranges = authority.may_arrange(roster, request.user)
    now = timezone.now()
    coming = [
        duty
        for duty in duties_between(now, now + _AHEAD, group=roster.group_id)
        if duty.starts_at > now
    ]
    mine = [
        duty
        for duty in coming
        if duty.roster_id == roster.pk and (arranges or duty.person_id == request.user.pk)
    ]
    theirs = [duty for duty in coming if arranges or duty.person_id != request.user.pk]
    seen = {"mine": number_in(request.GET, "duty"), "theirs": number_in(request.GET, "with")}
    form = SwapForm(request.POST or None, initial=seen | {"how": "arrange"})
    form.fields["mine"].offer(mine, with_names=arranges)  # type: ignore[attr-defined]
    form.fields["theirs"].offer(theirs, with_names=True)  # type: ignore[attr-defined]
    if not arranges:
        del form.fields["how"]
    shown = {"roster": roster, "duty": _duty(request, roster), "arranges": arranges, "mine": mine}
    if request.method == "GET":
        return _sheet(request, "teams/ask_swap.html", form, shown)
    if not form.is_valid():
        return _sheet(request, "teams/ask_swap.html", form, shown, status=422)
    given, taken = form.cleaned_data["mine"], form.cleaned_data["theirs"]
    how = form.cleaned_data.get("how", "ask")
    facts: dict[str, Any] = {
        "starts_at": given.starts_at,
        "ends_at": given.ends_at,
        "other": taken.person,
        "other_starts_at": taken.starts_at,
        "other_ends_at": taken.ends_at,
        "other_roster_pk": taken.roster_id,
        "reason": form.cleaned_data["reason"],
    }
    try:
        if how == "arrange":
            done = workflow.arrange_swap(
                pk,
                by=request.user,
                person=given.person,
                accept_conflicts=form.cleaned_data["accept_conflicts"],
                **facts,
            )
        elif given.person_id != request.user.pk:
            sentence = _("换班由本人申请；您可以选「马上排好」。")
            raise Incomplete(sentence, fields={"how": sentence})
        else:
            done = workflow.ask_swap(pk, by=request.user, **facts)
    except Refusal as refusal:
        return _refused(request, "teams/ask_swap.html", form, shown, refusal)
    return _done(request, done, how)


def _roster(request: StaffRequest, pk: int) -> Roster:
    if not authority.is_employee(None, request.user):
        raise PermissionDenied(_("审计员只能查看，不能更改。"))
    return get_object_or_404(Roster.objects.select_related("group"), pk=pk, is_active=True)


def _duty(request: StaffRequest, roster: Roster) -> Duty | None:
    """The shift that the address names, as long as it is still in the calendar."""
    number = number_in(request.GET, "duty")
    if number is None:
        return None
    return Duty.objects.filter(pk=number, roster=roster).select_related("person", "roster").first()


def _seen(request: StaffRequest, duty: Duty | None) -> dict[str, Any]:
    seen: dict[str, Any] = {"how": "arrange", "stand_in": number_in(request.GET, "to")}
    if duty is not None:
        starts_at = max(duty.starts_at, timezone.now().replace(second=0, microsecond=0))
        seen |= {"person": duty.person_id, "starts_at": starts_at, "ends_at": duty.ends_at}
    return seen


def _sheet(
    request: StaffRequest,
    template: str,
    form: Any,
    shown: dict[str, Any],
    status: int = 200,
    conflicts: list[Conflict] | None = None,
) -> HttpResponse:
    context = shown | {"form": form, "conflicts": conflicts or []}
    return render(request, template, context, status=status)


def _refused(
    request: StaffRequest, template: str, form: Any, shown: dict[str, Any], refusal: Refusal
) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(str(refusal)) from refusal
    conflicts = refusal.conflicts if isinstance(refusal, ConflictsFound) else []
    put_errors(form, refusal)
    if conflicts:
        form.weigh()
    return _sheet(request, template, form, shown, refusal.status, conflicts)


def _done(request: StaffRequest, done: StandIn, how: str) -> HttpResponse:
    if how == "arrange":
        messages.success(request, _("已经排好，双方会收到通知。"))
        day = timezone.localtime(done.starts_at).date()
        return redirect(f"{reverse('teams:roster', args=[done.roster_id])}?from={day}#day-{day}")
    messages.success(request, _("已经问了对方，对方答复以后由小组负责人批准。"))
    return redirect("teams:stand_in", done.pk)
