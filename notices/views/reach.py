"""叫人情况: who was reached by what and when, the banner, and what people note about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents.authority import is_employee
from incidents.models import Incident
from journal.refusals import NotAllowed
from notices import authority, reach, workflow
from notices.models import Alert
from notices.ringing import to_ring
from teams.requests import StaffRequest


@login_required
@require_safe
def panel(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """The part that the incident's page fetches again when something came back."""
    incident = get_object_or_404(Incident, pk=incident_pk)
    context = {
        "incident": incident,
        "called": reach.reach(incident),
        "may_note": is_employee(incident, request.user),
    }
    template = "notices/_reach.html" if request.htmx else "notices/reach.html"
    return render(request, template, context)


@login_required
@require_safe
def unreached(request: StaffRequest) -> HttpResponse:
    """The banner: calls that reached nobody, and for who rings whom to ring. Mostly empty."""
    context = {
        "climbs": reach.exhausted(),
        "alerts": reach.unreached(),
        "to_ring": [one for one in to_ring() if authority.may_ring(one.channel, request.user)],
    }
    return render(request, "notices/_unreached.html", context)


@login_required
@require_POST
def phoned(request: StaffRequest, pk: int) -> HttpResponse:
    """电话已通知到: somebody rang the person and notes it."""
    alert = get_object_or_404(Alert, pk=pk, calls=True)
    _acknowledge(request, pk, Alert.Answer.PHONE)
    messages.success(request, _("已登记：电话通知到%(who)s。") % {"who": alert.person.name})
    return redirect(alert.incident.get_absolute_url() if alert.incident else "notices:inbox")


@login_required
@require_POST
def acknowledge(request: StaffRequest, pk: int) -> HttpResponse:
    """确认收到 one of one's own alerts."""
    get_object_or_404(Alert, pk=pk, person=request.user)
    _acknowledge(request, pk, Alert.Answer.PAGE)
    return redirect("notices:inbox")


def _acknowledge(request: StaffRequest, pk: int, how: str) -> None:
    try:
        workflow.acknowledge_alert(pk, how=how, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
