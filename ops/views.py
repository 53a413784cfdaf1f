"""The front door, whether people can be called, and what a page says to a form that is too old."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import Conflict, NotAllowed
from ops import installable, restored
from ops.first_steps import first_steps
from ops.reachable import look
from teams.models import Person, Role
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


@login_required
@require_safe
def reachable(request: StaffRequest) -> HttpResponse:
    """现在能叫到人吗, for administrators, IT and the auditor: what works, what not, and why."""
    if not may_see_reachable(request.user):
        raise PermissionDenied(_("这一页给管理员和信息技术部使用。"))
    template = "ops/_reachable.html" if request.htmx else "ops/reachable.html"
    context = {
        "report": look(),
        "keeps": installable.works_here(request),
        "is_demo": settings.DEMO,
        "restoration": restored.to_be_checked(),
        "may_check": restored.may_check(request.user),
    }
    return render(request, template, context)


@login_required
@require_POST
def restored_checked(request: StaffRequest) -> HttpResponse:
    """Somebody has compared with reality what a restored backup had left unsaid."""
    try:
        restored.check(by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Conflict as refusal:
        messages.info(request, refusal.sentence)
    else:
        messages.success(request, _("已记下：恢复后的情况核对过了。"))
    return redirect("reachable")


@login_required
@require_safe
def reachable_line(request: StaffRequest) -> HttpResponse:
    """Fragment for the dashboard's head: one line; who may see the page gets the way to it."""
    context = {"report": look(), "may_see": may_see_reachable(request.user)}
    return render(request, "ops/_reachable_line.html", context)


def may_see_reachable(person: Person) -> bool:
    return person.has_role(Role.IT, Role.ADMIN, Role.AUDITOR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old: say so and keep calm; nothing was written."""
    return render(request, "403_form.html", status=403)
