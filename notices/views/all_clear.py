"""Who got the all clear, when, and by which way: the incident's own page asks for it by URL."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from incidents.models import Incident
from notices import cleared
from teams.requests import StaffRequest


@login_required
@require_safe
def told(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """Everybody and everything that was told of the newest all clear."""
    incident = get_object_or_404(Incident, pk=incident_pk)
    context = {"incident": incident, "cleared": cleared.of(incident)}
    template = "notices/_all_clear_told.html" if request.htmx else "notices/all_clear_told.html"
    return render(request, template, context)
