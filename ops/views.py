"""The front door, and what a page says when its form is too old to be believed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from teams.models import Role
from teams.requests import StaffRequest


@login_required
def home(request: StaffRequest) -> HttpResponse:
    """Send each person to the page of their main job (domain, section 6)."""
    person = request.user
    if person.has_role(Role.IT, Role.AUDITOR, Role.ADMIN):
        return redirect("incidents:dashboard")
    if person.has_role(Role.LEADER):
        return redirect("incidents:commander")
    if person.has_role(Role.DEPARTMENT, Role.LOGISTICS):
        return redirect("incidents:my_orders")
    return redirect("incidents:report")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old: say so and keep calm; nothing was written."""
    return render(request, "403_form.html", status=403)
