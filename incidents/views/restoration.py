"""The restoration as a page: checks, tries at the windows, backup, signatures, staged reopening."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents import authority, page, reopened, workflow
from incidents.forms import BackupForm
from incidents.page import IncidentPage
from incidents.workflow.reopening import technical_left
from journal.refusals import NotAllowed, Refusal
from teams.models import Department
from teams.requests import StaffRequest, number_in, text_in


@login_required
@require_safe
def restoration(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything of the restoration under way, for everybody."""
    return restoring(request, pk)


def restoring(request: StaffRequest, pk: int, status: int = 200, **more: Any) -> HttpResponse:
    """The page, also as the answer to a refused form of it."""
    retyped: Any = (more.get("refused_check"), more.get("typed", ""))
    shown = IncidentPage(page.read(pk), request.user, retyped)
    incident = shown.incident
    is_open = shown.is_restoring or shown.is_cleaning
    left = technical_left(incident) if shown.is_restoring else 0
    stages = reopened.stages(incident)
    repairs = authority.in_fault_group(incident, request.user)
    acts = authority.is_employee(incident, request.user)
    own = request.user.department_id
    context = {
        "page": shown,
        "backup_form": BackupForm(),
        "left": left,
        "stages": [
            (
                stage,
                is_open
                and not left
                and not stage.is_whole
                and (repairs or (acts and stage.department.pk == own)),
            )
            for stage in stages
        ],
        "back_verbs": [
            button
            for button in shown.other_buttons
            if button.verb in ("fail_restoration", "relapse")
        ],
    }
    return render(request, "incidents/restoration.html", context | more, status=status)


@login_required
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a department or one of its windows again."""
    page.read(pk)
    department = get_object_or_404(Department, pk=number_in(request.POST, "department"))
    window = text_in(request.POST, "window")
    try:
        workflow.reopen(pk, by=request.user, department=department, window=window)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return restoring(
            request,
            pk,
            status=refusal.status,
            refused=str(refusal),
            refused_department=department.pk,
            typed_window=window,
        )
    messages.success(request, _("已记为恢复开放。"))
    return redirect("incidents:restoration", pk)


@login_required
@require_safe
def reopening(request: StaffRequest) -> HttpResponse:
    """Fragment of the dashboard: what is open again of what was down."""
    context = {"incidents": reopened.under_way()}
    return render(request, "incidents/_reopening.html", context)
