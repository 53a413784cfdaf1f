"""值班: who is on duty now and next, one's own shifts, and the line about it on every page."""

import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from teams import duty_authority as authority
from teams.requests import StaffRequest
from teams.selectors.board import board, first_lines, my_duties, my_handovers
from teams.selectors.duty_requests import asked_by, waiting_for

# The browser asks again after this: a page that is opened a minute later asks nobody.
_FRESH = 60


@login_required
@require_safe
def duty(request: StaffRequest) -> HttpResponse:
    """Every roster with who is on and who comes, at this moment or at one that is asked for."""
    now = timezone.now()
    asked = _moment(request.GET.get("at", ""))
    context = {
        "at": asked or now,
        "asked": asked,
        "not_understood": bool(request.GET.get("at")) and asked is None,
        "groups": board(asked or now),
        "mine": my_duties(request.user, now),
        "handovers": my_handovers(request.user),
        "waiting": waiting_for(request.user, now),
        "requests": asked_by(request.user, now),
        "may_ask": authority.is_employee(None, request.user),
        "now": now,
    }
    return render(request, "teams/duty.html", context)


@login_required
@require_safe
def on_now(request: StaffRequest) -> HttpResponse:
    """The line of every page: who is on in the first lines, who comes next. A fragment."""
    if not request.htmx:
        return redirect("teams:duty")
    answer = render(request, "parts/on_duty.html", {"posts": first_lines(timezone.now())})
    patch_cache_control(answer, private=True, max_age=_FRESH)
    return answer


def _moment(text: str) -> datetime.datetime | None:
    """A moment of the address, in the hospital's time; None where it is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or not 2000 <= moment.year < 2200:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
