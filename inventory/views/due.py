"""What is to be done with supplies now."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inventory.authority import keeps
from inventory.due import due as found
from teams.requests import StaffRequest


@login_required
@require_safe
def due(request: StaffRequest) -> HttpResponse:
    """Restock, inspect, mend, replace, ask after; each with the way to do it."""
    context = {"due": found(), "may_change": keeps(request.user)}
    return render(request, "inventory/due.html", context)
