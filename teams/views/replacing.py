"""Temporary replacement: for a time these people serve; and ending it."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.refusals import NotAllowed, Refusal
from teams import duty_authority as authority
from teams import workflow
from teams.conflicts import ConflictsFound
from teams.forms.asking import put_errors
from teams.forms.moments import next_midnight
from teams.forms.rosters import ReplacementForm
from teams.models import Duty, Person, Replacement, Roster
from teams.requests import StaffRequest, number_in
from teams.selectors.duty import duties_between


@login_required
@require_http_methods(["GET", "POST"])
def replace(request: StaffRequest, pk: int) -> HttpResponse:
    """`?duty=`, or `?from=&until=`, says when; `&to=` who comes to those who serve then."""
    roster = get_object_or_404(Roster.objects.select_related("group"), pk=pk, is_active=True)
    if not authority.may_arrange(roster, request.user):
        raise PermissionDenied(_("这张值班表由管理员和小组负责人安排。"))
    if request.method == "GET":
        return _sheet(request, roster, ReplacementForm(initial=_seen(request, roster)))
    form = ReplacementForm(request.POST)
    if not form.is_valid():
        return _sheet(request, roster, form, status=422)
    try:
        done = workflow.replace_people(pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        conflicts = refusal.conflicts if isinstance(refusal, ConflictsFound) else []
        put_errors(form, refusal)
        if conflicts:
            form.weigh()
        return _sheet(request, roster, form, status=refusal.status, conflicts=conflicts)
    messages.success(request, _("临时替换已排好，班有变动的人会收到通知。"))
    day = timezone.localtime(done.starts_at).date()
    return redirect(f"{reverse('teams:roster', args=[pk])}?from={day}#day-{day}")


@login_required
@require_POST
def end_replacement(request: StaffRequest, pk: int) -> HttpResponse:
    """From now on the rota holds again."""
    found = get_object_or_404(Replacement.objects.select_related("roster"), pk=pk)
    if not authority.may_arrange(found.roster, request.user):
        raise PermissionDenied(_("这张值班表由管理员和小组负责人安排。"))
    try:
        workflow.end_replacement(pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("临时替换已结束，从现在起照原来的排。"))
    return redirect("teams:roster", found.roster_id)


def _seen(request: StaffRequest, roster: Roster) -> dict[str, Any]:
    begins, ends = _moment(request, "from"), _moment(request, "until")
    number = number_in(request.GET, "duty")
    duty = Duty.objects.filter(pk=number, roster=roster).first() if number is not None else None
    if duty is not None:
        begins, ends = duty.starts_at, duty.ends_at
    begins = max(begins or next_midnight(1), timezone.now().replace(second=0, microsecond=0))
    ends = ends if ends is not None and ends > begins else begins + datetime.timedelta(days=1)
    serving = {each.person_id: each.person for each in duties_between(begins, ends, roster=roster)}
    to = number_in(request.GET, "to")
    if to is not None:
        serving |= Person.objects.filter(is_active=True).in_bulk([to])
    return {"starts_at": begins, "ends_at": ends, "people": list(serving.values())}


def _moment(request: StaffRequest, name: str) -> datetime.datetime | None:
    try:
        moment = parse_datetime(request.GET.get(name, ""))
    except ValueError:
        return None
    if moment is None or not 2000 <= moment.year < 2200:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _sheet(
    request: StaffRequest, roster: Roster, form: ReplacementForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"roster": roster, "form": form, "arranges": True} | more
    return render(request, "teams/replacement.html", context, status=status)
