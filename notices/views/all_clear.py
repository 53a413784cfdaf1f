"""Who got the all clear, when, and by which way: the incident's own page asks for it by URL."""

from collections import defaultdict

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from incidents.models import Incident
from notices.models import Alert, Delivery
from notices.reach import Reached
from notices.subscribers import ALL_CLEAR
from teams.requests import StaffRequest


@login_required
@require_safe
def told(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """Everybody who was told of the newest all clear, department by department. Three queries."""
    incident = get_object_or_404(Incident, pk=incident_pk)
    newest = (
        Alert.objects.filter(incident=incident, entry__event=ALL_CLEAR)
        .order_by("-entry")
        .values_list("entry", flat=True)
        .first()
    )
    alerts = (
        Alert.objects.filter(entry=newest)
        .select_related("person__department")
        .order_by("person__department__position", "person__pk")
    )
    ways: dict[int, list[Delivery]] = defaultdict(list)
    for one in Delivery.objects.filter(alert__entry=newest).select_related("channel"):
        if one.alert_id is not None:
            ways[one.alert_id].append(one)
    people = [Reached(alert, ways[alert.pk]) for alert in alerts]
    context = {
        "incident": incident,
        "people": people,
        "answered": sum(one.alert.is_answered for one in people),
    }
    template = "notices/_all_clear_told.html" if request.htmx else "notices/all_clear_told.html"
    return render(request, template, context)
