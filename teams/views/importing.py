"""A roster as a sheet: out as a workbook, in by upload, preview and accepting."""

import datetime
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.recording import now
from journal.refusals import Conflict, NotAllowed, Refusal
from teams import duty_authority as authority
from teams import roster_sheets, sheets, workflow
from teams.conflicts import ConflictsFound
from teams.forms.asking import put_errors
from teams.forms.importing import AcceptForm, UploadForm
from teams.history import history_of
from teams.models import Roster, RosterImport
from teams.requests import StaffRequest, number_in
from teams.rules import rules_of
from teams.selectors.importing import preview
from teams.workflow.importing import rules_after

# What is exported unless the address says otherwise, and at most.
_DAYS, _MOST = 62, 400


@login_required
@require_safe
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """The final calendar and the rules as XLSX: `?from=YYYY-MM-DD&days=N`, else from today on."""
    roster = _known(pk)
    first = _date(request.GET.get("from", "")) or timezone.localdate()
    days = min(max(number_in(request.GET, "days") or _DAYS, 1), _MOST)
    content = roster_sheets.book(roster, first, first + datetime.timedelta(days=days - 1))
    return _file(content, f"{roster.name} {first}.xlsx")


@login_required
@require_safe
def template(request: StaffRequest, pk: int) -> HttpResponse:
    """An empty calendar to fill in."""
    roster = _editable(request, pk)
    name = _("%(roster)s 空表") % {"roster": roster.name}
    return _file(roster_sheets.template(roster), f"{name}.xlsx")


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose a file; nothing of the roster changes by it."""
    roster = _editable(request, pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        return _upload(request, roster, UploadForm())
    if not form.is_valid():
        return _upload(request, roster, form, status=422)
    file = form.cleaned_data["file"]
    try:
        kept = workflow.upload_roster(
            pk,
            by=request.user,
            content=file.read(),
            what=form.cleaned_data["what"],
            file_name=file.name or "",
        )
    except Refusal as refusal:
        put_errors(form, refusal)
        return _upload(request, roster, form, status=refusal.status)
    return redirect("teams:import_preview", pk, kept.pk)


@login_required
@require_http_methods(["GET", "POST"])
def see(request: StaffRequest, pk: int, kept_pk: int) -> HttpResponse:
    """The preview of an uploaded sheet, for whoever uploaded it; accepting it is a POST."""
    roster = _editable(request, pk)
    kept = RosterImport.objects.filter(pk=kept_pk, roster=pk, by=request.user).first()
    if kept is None or kept.expires_at <= now():
        messages.warning(request, _("这次上传已经不在了，请重新上传文件。"))
        return redirect("teams:import_roster", pk)
    if kept.accepted_at is not None:
        messages.info(request, _("这个文件已经导入过了。"))
        return redirect("teams:roster", pk)
    if request.method == "GET":
        return _preview(request, roster, kept, _accept_form(roster))
    return _accept(request, roster, kept)


@login_required
@require_POST
def drop(request: StaffRequest, pk: int, kept_pk: int) -> HttpResponse:
    """Throw the uploaded sheet away."""
    _editable(request, pk)
    workflow.drop_import(kept_pk, by=request.user)
    messages.success(request, _("已放弃这次导入，值班表没有变。"))
    return redirect("teams:roster", pk)


def _accept(request: StaffRequest, roster: Roster, kept: RosterImport) -> HttpResponse:
    form = AcceptForm(request.POST)
    form.is_valid()
    try:
        workflow.accept_import(
            kept.pk,
            by=request.user,
            version=number_in(request.POST, "version"),
            only_good="only_good" in request.POST,
            accept_conflicts=form.cleaned_data.get("accept_conflicts", ""),
        )
    except ConflictsFound as refusal:
        form.add_error("accept_conflicts", str(refusal))
        return _preview(request, roster, kept, form, status=refusal.status)
    except Conflict as refusal:
        changed = _known(roster.pk)
        form = AcceptForm(
            initial={
                "version": changed.version,
                "accept_conflicts": form.cleaned_data.get("accept_conflicts", ""),
            }
        )
        meanwhile = [
            {"label": entry["what"], "new": f"{entry['who']} {entry['facts']}"}
            for entry in history_of(changed, events="roster.")
            if entry["at"] > kept.at
        ]
        more = {"conflict": str(refusal), "changes": meanwhile}
        return _preview(request, changed, kept, form, status=409, **more)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        return _preview(request, roster, kept, form, status=refusal.status)
    messages.success(request, _("已导入 %(rows)s 行，可以撤销。") % {"rows": len(kept.rows)})
    return redirect("teams:roster", roster.pk)


def _known(pk: int) -> Roster:
    return get_object_or_404(Roster.objects.select_related("group"), pk=pk)


def _editable(request: StaffRequest, pk: int) -> Roster:
    if not authority.may_edit_rosters(None, request.user):
        raise PermissionDenied(_("值班表由管理员修改。"))
    roster = _known(pk)
    if not roster.is_active:
        raise Http404
    return roster


def _accept_form(roster: Roster) -> AcceptForm:
    return AcceptForm(initial={"version": roster.version})


def _upload(
    request: StaffRequest, roster: Roster, form: UploadForm, status: int = 200
) -> HttpResponse:
    context = {"roster": roster, "form": form}
    return render(request, "teams/import_roster.html", context, status=status)


def _preview(
    request: StaffRequest,
    roster: Roster,
    kept: RosterImport,
    form: AcceptForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    seen = preview(roster, rules_after(kept, rules_of(roster)), now())
    context = {"roster": roster, "kept": kept, "form": form, "seen": seen}
    return render(request, "teams/import_preview.html", context | more, status=status)


def _date(text: str) -> datetime.date | None:
    try:
        date = parse_date(text)
    except ValueError:
        return None
    return date if date is not None and 2000 <= date.year < 2200 else None


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=sheets.CONTENT_TYPE)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    answer["Cache-Control"] = "private, no-store"
    return answer
