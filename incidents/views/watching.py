"""The dashboard: what is due now, what is open, what has ended lately."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents import listing
from incidents.forms import WatchForm
from teams.requests import StaffRequest, number_in
from teams.selectors import FirstOnDuty


@login_required
@require_GET
def dashboard(request: StaffRequest) -> HttpResponse:
    """Everybody who is signed in may read it; made for a wall screen."""
    form = WatchForm(request.GET)
    on_duty = FirstOnDuty(timezone.now())
    context: dict[str, Any] = {
        "form": [form.filters],
        "due": listing.due_now(on_duty),
        "filters": _filters(request),
        "rows": listing.open_rows(form.wanted, on_duty),
    }
    return render(request, "incidents/dashboard.html", context | _ended(request, form))


@login_required
@require_GET
def now(request: StaffRequest) -> HttpResponse:
    """Fragment: the clocks that run out soonest."""
    return render(request, "incidents/_now.html", {"due": listing.due_now()})


@login_required
@require_GET
def open_incidents(request: StaffRequest) -> HttpResponse:
    """Fragment: open incidents by urgency, with the page's filters."""
    rows = listing.open_rows(WatchForm(request.GET).wanted)
    context = {"filters": _filters(request), "rows": rows}
    return render(request, "incidents/_open.html", context)


@login_required
@require_GET
def ended(request: StaffRequest) -> HttpResponse:
    """Fragment, and a page of its own without JavaScript: ended incidents, older by key."""
    name = "_ended" if request.htmx else "ended"
    context = {"filters": _filters(request)} | _ended(request, WatchForm(request.GET))
    return render(request, f"incidents/{name}.html", context)


def _ended(request: StaffRequest, form: WatchForm) -> dict[str, Any]:
    key = number_in(request.GET, "before")
    # An open state filters the open list only; here it would always find nothing.
    wanted = {name: value for name, value in form.wanted.items() if name != "state"}
    rows, older = listing.ended_page(wanted, key)
    return {"ended": rows, "older": older, "before": key}


def _filters(request: StaffRequest) -> str:
    """The filters as they go on in links, without the page."""
    kept = request.GET.copy()
    kept.pop("before", None)
    return kept.urlencode()
