"""The dashboard: what is due now, what is open, what has ended lately."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents import selectors
from incidents.forms import WatchForm
from teams.requests import StaffRequest, number_in


@login_required
@require_GET
def dashboard(request: StaffRequest) -> HttpResponse:
    """Everybody who is signed in may read it; made for a wall screen."""
    form = WatchForm(request.GET)
    context = {"form": form, "due": selectors.due_now()} | _open(request, form) | _ended(request)
    return render(request, "incidents/dashboard.html", context)


@login_required
@require_GET
def now(request: StaffRequest) -> HttpResponse:
    """Fragment: the clocks that run out soonest."""
    return render(request, "incidents/_now.html", {"due": selectors.due_now()})


@login_required
@require_GET
def open_incidents(request: StaffRequest) -> HttpResponse:
    """Fragment: open incidents by urgency, with the page's filters."""
    return render(request, "incidents/_open.html", _open(request, WatchForm(request.GET)))


@login_required
@require_GET
def ended(request: StaffRequest) -> HttpResponse:
    """Fragment, and a page of its own without JavaScript: ended incidents, older by key."""
    name = "_ended" if request.htmx else "ended"
    return render(request, f"incidents/{name}.html", _ended(request))


def _open(request: StaffRequest, form: WatchForm) -> dict[str, Any]:
    return {"rows": selectors.open_rows(form.wanted), "filters": _filters(request)}


def _ended(request: StaffRequest) -> dict[str, Any]:
    key = number_in(request.GET, "before")
    wanted = WatchForm(request.GET).wanted
    # An open state filters the open list only; here it would always find nothing.
    wanted.pop("state", None)
    rows, older = selectors.ended_page(wanted, key)
    return {"ended": rows, "older": older, "before": key, "filters": _filters(request)}


def _filters(request: StaffRequest) -> str:
    """The filters as they go on in links, without the page."""
    kept = request.GET.copy()
    kept.pop("before", None)
    return kept.urlencode()
