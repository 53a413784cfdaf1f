"""The incident page, its parts, and the proofs that are given on it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from incidents import page, workflow
from incidents.forms import BackupForm
from incidents.guide import Guide
from incidents.page import IncidentPage
from incidents.views.verbs import put_errors
from journal.models import Entry
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest, number_in, text_in

# Parts of the page that refetch by themselves.
PARTS = ("top", "facts", "orders", "checks", "ending", "timeline")


@login_required
@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One incident, for everybody who is signed in."""
    return _page(request, pk)


@login_required
@require_GET
def part(request: StaffRequest, pk: int, part: str) -> HttpResponse:
    """Fragment: one part of the page."""
    if part not in PARTS:
        raise Http404
    incident = page.read(pk)
    context = {"page": IncidentPage(incident, request.user), "backup_form": BackupForm()}
    return render(request, f"incidents/_{part}.html", context)


@login_required
@require_GET
def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """The journal of one incident, the whole of it, oldest first; to be read and printed."""
    incident = page.read(pk)
    entries = [page.told(entry) for entry in Entry.objects.of(incident.stream)[:2000]]
    return render(request, "incidents/timeline.html", {"incident": incident, "entries": entries})


@login_required
@require_GET
def guide(request: StaffRequest, pk: int) -> HttpResponse:
    """What the pinned plan keeps at hand for the incident: a page, or its inside for htmx."""
    incident = page.read(pk)
    template = "incidents/_guide.html" if request.htmx else "incidents/guide.html"
    return render(request, template, {"incident": incident, "guide": Guide(incident)})


def _page(request: StaffRequest, pk: int, status: int = 200, **more: Any) -> HttpResponse:
    retyped: Any = (more.get("refused_check"), more.get("typed", ""))
    shown = IncidentPage(page.read(pk), request.user, retyped)
    context = {"page": shown, "backup_form": BackupForm()}
    return render(request, "incidents/detail.html", context | more, status=status)


def answer_part(request: StaffRequest, pk: int, part: str, done: str) -> HttpResponse:
    """Done: the part anew for htmx, which also tells the page's other parts; else the page."""
    if not request.htmx:
        messages.success(request, done)
        return redirect("incidents:detail", pk)
    incident = page.read(pk)
    context = {"page": IncidentPage(incident, request.user), "backup_form": BackupForm()}
    response = render(request, f"incidents/_{part}.html", context)
    response["HX-Trigger-After-Settle"] = f"live:incident-{pk}"
    return _in_place(response)


def refuse_part(
    request: StaffRequest, pk: int, part: str, refusal: Refusal, **more: Any
) -> HttpResponse:
    """Refused: the same part or page with the sentence, and what was typed."""
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(str(refusal)) from refusal
    more = {"backup_form": BackupForm(), "refused": str(refusal), "refused_part": part} | more
    if not request.htmx:
        return _page(request, pk, status=refusal.status, **more)
    retyped: Any = (more.get("refused_check"), more.get("typed", ""))
    context = {"page": IncidentPage(page.read(pk), request.user, retyped)} | more
    return _in_place(render(request, f"incidents/_{part}.html", context, status=refusal.status))


def _in_place(response: HttpResponse) -> HttpResponse:
    """htmx puts the address of a boosted form into the bar unless it is told not to."""
    response["HX-Push-Url"] = "false"
    return response


@login_required
@require_POST
def add_backup(request: StaffRequest, pk: int) -> HttpResponse:
    """Record the evidence of the backup."""
    page.read(pk)
    form = BackupForm(request.POST, request.FILES)
    if not form.is_valid():
        refusal = Refusal(_("还没有登记，请改正下面几处。"))
        return refuse_part(request, pk, "ending", refusal, backup_form=form)
    try:
        workflow.add_backup(pk, by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return refuse_part(request, pk, "ending", refusal, backup_form=form)
    return answer_part(request, pk, "ending", _("备份凭证已登记。"))


@login_required
@require_POST
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign the restoration; the second signature restores the service."""
    page.read(pk)
    try:
        workflow.sign(pk, by=request.user, version=number_in(request.POST, "version"))
    except Refusal as refusal:
        return refuse_part(request, pk, "ending", refusal)
    return answer_part(request, pk, "ending", _("已签字。"))


@login_required
@require_POST
def waive(request: StaffRequest, pk: int) -> HttpResponse:
    """Set one open point of the clean-up aside, with a reason."""
    page.read(pk)
    point, reason = text_in(request.POST, "point"), text_in(request.POST, "reason")
    try:
        workflow.waive(pk, by=request.user, point=point, reason=reason)
    except Refusal as refusal:
        return refuse_part(request, pk, "ending", refusal, refused_point=point, typed=reason)
    return answer_part(request, pk, "ending", _("已豁免并写入日志。"))
