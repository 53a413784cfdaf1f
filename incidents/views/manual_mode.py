"""Manual mode on its page, in the band over a department's pages, and on the dashboard."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents import on_paper, page, workflow
from incidents.models import ManualMode
from journal import moving
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest, number_in

_VERBS = {
    "confirm_on": workflow.confirm_manual_on,
    "confirm_off": workflow.confirm_manual_off,
}


@login_required
@require_safe
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """Who works on paper because of the incident: a page, and its inside for htmx."""
    return _paper(request, pk)


def _paper(request: StaffRequest, pk: int, status: int = 200, refused: str = "") -> HttpResponse:
    shown = on_paper.Paper(page.read(pk), request.user)
    template = "incidents/_paper.html" if request.htmx else "incidents/paper.html"
    context = {"paper": shown, "incident": shown.incident, "refused": refused}
    return render(request, template, context, status=status)


@login_required
@require_POST
def confirm(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """A department confirms that it has gone over to paper, or back."""
    if verb not in _VERBS:
        raise Http404
    mode = get_object_or_404(ManualMode, pk=pk)
    try:
        _VERBS[verb](pk, by=request.user, version=number_in(request.POST, "version"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _paper(request, mode.incident_id, status=refusal.status, refused=str(refusal))
    messages.success(request, _("%(verb)s。") % {"verb": moving.label_of(mode, verb)})
    return redirect("incidents:paper", mode.incident_id)


@login_required
@require_safe
def band(request: StaffRequest) -> HttpResponse:
    """Fragment: over every page of a department that works on paper, since when and why."""
    modes = on_paper.of_department(request.user)
    unsettled = 0 if modes else on_paper.unsettled_of(request.user)
    context = {"modes": modes, "unsettled": unsettled}
    return render(request, "incidents/_paper_band.html", context)


@login_required
@require_safe
def everywhere(request: StaffRequest) -> HttpResponse:
    """Fragment of the dashboard: every department that works on paper now."""
    return render(request, "incidents/_on_paper.html", {"modes": on_paper.everywhere()})
