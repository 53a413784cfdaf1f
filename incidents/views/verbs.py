"""Each verb's page: what will happen and to whom, the form, and the answer when it is refused."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import gates, page, replanning, workflow
from incidents.forms import OrderSet, VerbForm
from incidents.models import Incident
from incidents.models.state import UNRESTORED
from incidents.views.doors import DOORS, Door
from incidents.views.grading import proposing
from journal import moving
from journal.refusals import Conflict, NotAllowed, Refusal
from teams.requests import StaffRequest, number_in


@login_required
@require_http_methods(["GET", "POST"])
def verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """One verb of one incident. The address's converter lets only known verbs in."""
    incident = page.read(pk)
    _insist_may(incident, verb, request)
    door = DOORS[verb]
    if request.method == "GET":
        return _sheet(request, incident, verb, door.form(incident=incident))
    if "propose" in request.POST:
        return _sheet(request, incident, verb, proposing(door, incident, request.POST))
    form = door.form(request.POST, incident=incident)
    if not form.is_valid():
        return _sheet(request, incident, verb, form, status=422)
    try:
        door.do(pk, by=request.user, **form.facts())
    except Refusal as refusal:
        return _refused(request, page.read(pk), verb, door, form, refusal)
    messages.success(request, _("%(verb)s：已办。") % {"verb": moving.label_of(incident, verb)})
    return redirect(_way_back(request, incident))


def _insist_may(incident: Incident, name: str, request: StaffRequest) -> None:
    if not moving.may(incident, name, request.user):
        label = moving.label_of(incident, name)
        raise PermissionDenied(_("您没有「%(verb)s」的权限。") % {"verb": label})


def _way_back(request: StaffRequest, incident: Incident) -> str:
    """The commander's page sends its own people back to itself; anybody else sees the incident."""
    if request.POST.get("from") == "commander":
        return "incidents:commander"
    return incident.get_absolute_url()


def _sheet(
    request: StaffRequest,
    incident: Incident,
    name: str,
    form: VerbForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    door = DOORS[name]
    in_time = name in replanning.offered(incident, request.user)
    context = {
        "page": page.IncidentPage(incident, request.user),
        "verb": name,
        "label": moving.label_of(incident, name),
        "form": form,
        "happens": door.happens,
        "conditions": page.shaped(gates.conditions(door.gate, incident)) if door.gate else [],
        "in_time": in_time,
    }
    if not in_time and "conflict" not in more:
        status = 409
        more["conflict"] = _closed_words(incident, name, context["label"])
        more["changes"] = page.changes_since(incident, None)
    return render(request, "incidents/verb.html", context | more, status=status)


def _closed_words(incident: Incident, name: str, label: Any) -> str:
    """Why the verb is not open now."""
    if name == "change_plan" and incident.state in UNRESTORED:
        return _("这起故障按第 %(number)s 版预案处置，现在没有更新的版本。") % {
            "number": incident.plan.number
        }
    return _("现在是「%(state)s」，不能再「%(verb)s」。") % {
        "state": incident.get_state_display(),
        "verb": label,
    }


def _refused(
    request: StaffRequest, incident: Incident, name: str, door: Door, form: Any, refusal: Refusal
) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(str(refusal))
    if not isinstance(refusal, Conflict):
        put_errors(form, refusal)
        return _sheet(request, incident, name, form, status=refusal.status)
    seen = form.cleaned_data.get("version")
    return _sheet(
        request,
        incident,
        name,
        reopened(door.form, request, incident),
        status=409,
        conflict=str(refusal),
        changes=page.changes_since(incident, seen),
        kept=kept(form),
    )


def put_errors(form: Any, refusal: Refusal) -> None:
    """Each sentence at its field; what belongs to no field stands at the top."""
    for field, sentence in refusal.fields.items():
        if field in form.fields:
            form.add_error(field, str(sentence))
    if not form.errors:
        form.add_error(None, str(refusal))


def reopened(form_class: type[VerbForm], request: StaffRequest, incident: Incident) -> VerbForm:
    """The form as it was typed, but on the incident's new version, so that it can be sent again."""
    again = request.POST.copy()
    again["version"] = str(incident.version)
    form = form_class(again, incident=incident)
    form.catch_up()
    return form


def kept(form: Any) -> list[dict[str, str]]:
    """What was typed, in words, for parts/conflict.html."""
    return [
        {"label": str(field.label), "text": str(field.value())}
        for field in form.visible_fields()
        if field.widget_type in ("text", "textarea", "number") and field.value()
    ]


@login_required
@require_http_methods(["GET", "POST"])
def command(request: StaffRequest, pk: int) -> HttpResponse:
    """Step 3, and further orders later: several orders on one sheet."""
    incident = page.read(pk)
    _insist_may(incident, "command", request)
    if request.method == "GET":
        return _command_sheet(request, incident, OrderSet(incident))
    sheet = OrderSet(incident, request.POST)
    if not sheet.is_valid():
        return _command_sheet(request, incident, sheet, status=422)
    try:
        workflow.command(
            pk,
            by=request.user,
            version=number_in(request.POST, "version"),
            orders=sheet.orders,
            client_uuid=_client_uuid(request),
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        incident = page.read(pk)
        more: dict[str, Any] = {"error": str(refusal)}
        if isinstance(refusal, Conflict):
            changes = page.changes_since(incident, number_in(request.POST, "version"))
            more = {"conflict": str(refusal), "changes": changes}
        return _command_sheet(request, incident, sheet, status=refusal.status, **more)
    messages.success(request, _("指令已下达，等待各方复诵。"))
    return redirect(_way_back(request, incident))


def _command_sheet(
    request: StaffRequest, incident: Incident, sheet: OrderSet, status: int = 200, **more: Any
) -> HttpResponse:
    verbs = moving.available(incident, request.user)
    in_time = "command" in verbs or "command_more" in verbs
    if not in_time and "conflict" not in more:
        status = 409
        sentence = _("现在是「%(state)s」，不能下达指令。")
        more["conflict"] = sentence % {"state": incident.get_state_display()}
        more["changes"] = page.changes_since(incident, None)
    context = {
        "page": page.IncidentPage(incident, request.user),
        "sheet": sheet,
        "in_time": in_time,
        # A sheet that was refused keeps its mark: sent again, it is still the same sheet.
        "client_uuid": _client_uuid(request) or uuid.uuid4(),
        "from": request.POST.get("from", ""),
    }
    return render(request, "incidents/command.html", context | more, status=status)


def _client_uuid(request: StaffRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return None
