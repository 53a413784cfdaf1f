"""The front door, and what a page says when its form is too old to be believed."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ops.first_steps import first_steps
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


@login_required
@require_safe
def steps(request: StaffRequest) -> HttpResponse:
    """What a new hospital still has to do: a page, and the part of the administrators' dashboard
    (to htmx), empty once a plan is in force."""
    if not request.user.has_role(Role.ADMIN, Role.AUDITOR):
        raise PermissionDenied(_("建立医院由管理员来办。"))
    found = first_steps()
    if request.htmx:
        if found[-1].done:
            return HttpResponse()
        return render(request, "start/_steps.html", {"steps": found, "all_done": False})
    done = all(step.done for step in found)
    return render(request, "start/steps.html", {"steps": found, "all_done": done})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old: say so and keep calm; nothing was written."""
    return render(request, "403_form.html", status=403)
