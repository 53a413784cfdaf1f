"""Reporting a fault, and what happens with one's own reports (plan, row P8)."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from incidents import authority, page, selectors, whereabouts, workflow
from incidents.forms import ReportForm
from incidents.models import Incident, Report
from incidents.views.verbs import put_errors
from journal.refusals import Refusal
from teams.models import Department
from teams.requests import StaffRequest, number_in, text_in

OWN = 50
LOCATION = 120


@login_required
@require_http_methods(["GET", "POST"])
def report(request: StaffRequest) -> HttpResponse:
    """The form; a POST reports, or with `join` adds to an incident that looks the same."""
    if not authority.is_employee(None, request.user):
        raise PermissionDenied(_("审计员只能查看，不能报障。"))
    if request.method == "GET":
        return _form(request, ReportForm(initial=_first_words(request)))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    said = dict(form.cleaned_data)
    join = number_in(request.POST, "join")
    try:
        if join is not None:
            shared = {key: said[key] for key in ("seen", "location", "waiting", "client_uuid")}
            get_object_or_404(Incident, pk=join)
            workflow.add_report(join, by=request.user, **shared)
            return redirect("incidents:received", join)
        incident, _is_new = workflow.report(by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _form(request, form, status=refusal.status)
    return redirect("incidents:received", incident.pk)


def _first_words(request: StaffRequest) -> dict[str, Any]:
    """Where the reporter works, or stands; and all that is known where a fault has come back."""
    words: dict[str, Any] = {"department": request.user.department_id}
    # The code in a department's downtime kit.
    named = number_in(request.GET, "department")
    if named is not None and Department.objects.filter(pk=named).exists():
        words["department"] = named
    relapse = number_in(request.GET, "relapse_of")
    if relapse is not None:
        before = Incident.objects.filter(pk=relapse, restored_at__isnull=False).first()
        if before is not None:
            return {
                "relapse_of": before.pk,
                "department": before.department_id,
                "location": before.location,
                "services": before.services.all(),
            }
    here = whereabouts.of(text_in(request.GET, "place"))
    if here is not None:
        # A poster's code. What it does not know stays as it is: the form asks anyway.
        device = " ".join(text_in(request.GET, "device").split())
        words["location"] = f"{here.location} {device}".strip()[:LOCATION]
        words["department"] = here.department or words["department"]
    return words


def _form(request: StaffRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    return render(
        request,
        "incidents/report.html",
        {
            "form": form,
            "places": selectors.places(),
            "before": _before(form),
            "from_poster": not form.is_bound and bool(form.initial.get("location")),
            "lookalikes": _lookalikes(form) if form.is_bound else [],
        },
        status=status,
    )


def _before(form: ReportForm) -> Incident | None:
    """The incident that has come back, if the report says so."""
    if form.is_bound:
        return form.cleaned_data.get("relapse_of")
    return Incident.objects.filter(pk=form.initial.get("relapse_of") or 0).first()


@login_required
@require_GET
def lookalikes(request: StaffRequest) -> HttpResponse:
    """Fragment: open incidents of the chosen services or department."""
    return render(
        request, "incidents/_lookalikes.html", {"lookalikes": _lookalikes(ReportForm(request.GET))}
    )


def _lookalikes(form: ReportForm) -> list[Incident]:
    form.is_valid()
    said = form.cleaned_data
    if said.get("relapse_of"):
        return []
    return selectors.lookalikes(said.get("services") or [], said.get("department"))


@login_required
@require_GET
def received(request: StaffRequest, pk: int) -> HttpResponse:
    """What happens next with the report, and whom to ring when the network dies; it lives."""
    incident = page.read(pk)
    context = {
        "page": page.IncidentPage(incident, request.user),
        "due": _due(incident, "confirm_minutes"),
        "unanswered": _unanswered(incident),
    }
    name = "_received" if request.htmx else "received"
    return render(request, f"incidents/{name}.html", context)


def _due(incident: Incident, target: str) -> Any:
    """By when IT must have done this, by the grade that holds provisionally."""
    level = incident.plan.provisional_level
    grade = incident.plan.grades.filter(level=level).first()
    minutes = getattr(grade, target, None)
    return minutes and incident.due(incident.reported_at, timedelta(minutes=minutes))


def _unanswered(incident: Incident) -> Any:
    """By when somebody should have acknowledged, if nobody has: the reporter must ring."""
    if incident.acknowledged_at or incident.confirmed_at or not incident.is_open:
        return None
    due = _due(incident, "acknowledge_minutes")
    return due if due and due < timezone.now() else None


@login_required
@require_GET
def my_reports(request: StaffRequest) -> HttpResponse:
    """The person's own reports with their state in plain words."""
    own = Incident.objects.filter(reporter=request.user).select_related(
        "merged_into", "grade", "plan"
    )
    joined = Report.objects.filter(reporter=request.user).select_related("incident__merged_into")
    return render(
        request,
        "incidents/my_reports.html",
        {"own": own.order_by("-pk")[:OWN], "joined": joined.order_by("-pk")[:OWN]},
    )
