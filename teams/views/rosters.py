"""值班表: the list of rosters, and each one's calendar as a month or a week."""

import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from teams import duty_authority as authority
from teams.layer_words import described
from teams.models import Roster
from teams.requests import StaffRequest
from teams.selectors.board import Post
from teams.selectors.duty import next_on_duty, on_duty
from teams.selectors.duty_requests import Requests, of_roster, replacements_of
from teams.selectors.roster_calendar import MONTH, WEEK, sheet_of
from teams.selectors.roster_list import AHEAD, out_of_use, roster_list


@login_required
@require_safe
def rosters(request: StaffRequest) -> HttpResponse:
    """Every roster: its group and line, who is on now, gaps ahead, what waits for approval."""
    now = timezone.now()
    context = {
        "groups": roster_list(now, request.user),
        "closed": out_of_use(),
        "days": AHEAD.days,
        "may_edit": authority.may_edit_rosters(None, request.user),
    }
    return render(request, "teams/rosters.html", context)


@login_required
@require_safe
def roster(request: StaffRequest, pk: int) -> HttpResponse:
    """One roster's calendar: `?view=month|week&from=YYYY-MM-DD`."""
    shown = get_object_or_404(Roster.objects.select_related("group"), pk=pk)
    now = timezone.now()
    view = MONTH if request.GET.get("view") == MONTH else WEEK
    asked = request.GET.get("from", "")
    date = _date(asked)
    arranges = authority.may_arrange(shown, request.user)
    sheet = sheet_of(shown, view, date or timezone.localdate(), now, with_asked=arranges)
    context = {
        "roster": shown,
        "post": Post(shown, on_duty(now, roster=shown), next_on_duty(now, roster=shown)),
        "sheet": sheet,
        "layers": described(sheet.rules.layers, sheet.people),
        "not_understood": bool(asked) and date is None,
        "requests": Requests(stand_ins=of_roster(shown, now)) if arranges else None,
        "replacements": replacements_of(shown, now) if arranges else [],
        "me": request.user.pk,
        "arranges": arranges,
        "may_edit": authority.may_edit_rosters(shown, request.user),
        "now": now,
    }
    return render(request, "teams/roster.html", context)


def _date(text: str) -> datetime.date | None:
    """A day of the address, in years that a calendar has; None where it is none."""
    try:
        date = parse_date(text)
    except ValueError:
        return None
    return date if date is not None and 2000 <= date.year < 2200 else None
