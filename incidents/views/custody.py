"""Chain of custody and exposed records of one incident, on one page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import authority, page, workflow
from incidents.forms.custody import CustodyForm, ExposedForm
from incidents.views.verbs import put_errors
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def custody(request: StaffRequest, pk: int) -> HttpResponse:
    """Everybody reads; the fault group adds a step (`do=hand_on`) or a count (`do=count`)."""
    incident = page.read(pk)
    if request.method != "POST":
        return _shown(request, pk)
    if not authority.in_fault_group(incident, request.user):
        raise PermissionDenied(_("您没有「登记证据和外泄记录」的权限。"))
    counts = request.POST.get("do") == "count"
    form: Any = ExposedForm(request.POST) if counts else CustodyForm(incident, request.POST)
    name = "exposed_form" if counts else "custody_form"
    if not form.is_valid():
        return _shown(request, pk, 422, **{name: form})
    verb: Any = workflow.count_exposed if counts else workflow.hand_on
    try:
        verb(pk, by=request.user, **form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        return _shown(request, pk, refusal.status, **{name: form})
    messages.success(request, _("条数已登记。") if counts else _("交接已登记。"))
    return redirect("incidents:custody", pk)


def _shown(request: StaffRequest, pk: int, status: int = 200, **more: Any) -> HttpResponse:
    incident = page.read(pk)
    counts = list(incident.exposed.select_related("by"))
    newest = {row.kind: row.pk for row in counts}
    context = {
        "incident": incident,
        "steps": incident.custody.select_related("by", "file"),
        "counts": [(row, newest[row.kind] == row.pk) for row in counts],
        "total": incident.records_exposed,
        "may_add": incident.is_open
        and incident.confirmed_at is not None
        and authority.in_fault_group(incident, request.user),
        "custody_form": CustodyForm(incident),
        "exposed_form": ExposedForm(),
    }
    return render(request, "incidents/custody.html", context | more, status=status)
