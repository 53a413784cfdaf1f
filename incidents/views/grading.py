"""The grading worksheet while it is filled in: what its answers propose so far. Nothing is kept."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from incidents import page
from incidents.forms import GradedForm
from incidents.models import Incident
from incidents.views.doors import DOORS, Door
from journal import moving
from teams.requests import StaffRequest


@login_required
@require_GET
def proposal(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Fragment: the grade that the answers propose, and the choice of the grade beside it."""
    incident = page.read(pk)
    door = DOORS[verb]
    if not issubclass(door.form, GradedForm):
        raise Http404
    if not moving.may(incident, verb, request.user):
        label = moving.label_of(incident, verb)
        raise PermissionDenied(_("您没有「%(verb)s」的权限。") % {"verb": label})
    context = {"form": proposing(door, incident, request.GET)}
    return render(request, "incidents/_proposal.html", context)


def proposing(door: Door, incident: Incident, data: QueryDict) -> Any:
    """The form as it was filled in so far, with the proposal taken up and nothing called wrong."""
    said: dict[str, Any] = data.dict()
    if "affected" in data:
        said["affected"] = data.getlist("affected")
    form = door.form(incident=incident, initial=said)
    if isinstance(form, GradedForm):
        form.follow()
    return form
