"""The regulator's form: filled in by the incident, completed by people, taken along as a file."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incidents import workflow
from incidents.forms.law import LawReportForm
from incidents.law import paper
from incidents.law.fields import filled, is_asked
from incidents.models import Incident
from incidents.models.law import Stage
from incidents.views.verbs import put_errors
from incidents.workflow.regulatory import may_note
from journal.recording import now
from journal.refusals import Conflict, NotAllowed, Refusal
from plans.documents import Document, sending, to_docx, to_pdf
from plans.documents.showing import shown
from teams.requests import StaffRequest

_DRAWN: dict[str, Callable[[Document], bytes]] = {"pdf": to_pdf, "docx": to_docx}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def law_report(request: StaffRequest, pk: int, stage: str) -> HttpResponse:
    """One stage of the form; everybody reads, who notes legal reports writes."""
    incident = _incident(pk, stage)
    if request.method != "POST":
        return _page(request, incident, stage)
    if not may_note(incident, request.user):
        raise PermissionDenied(_("您没有「填写法定报告表」的权限。"))
    fields, row = filled(incident, stage)
    form = LawReportForm(fields, row, request.POST)
    if not form.is_valid():
        return _page(request, incident, stage, form=form, status=422)
    version = form.cleaned_data.pop("version")
    try:
        workflow.write_law_report(
            pk, by=request.user, version=version, stage=stage, words=form.cleaned_data
        )
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        if isinstance(refusal, Conflict):
            return _conflict(request, incident, stage, refusal)
        put_errors(form, refusal)
        return _page(request, incident, stage, form=form, status=refusal.status)
    messages.success(request, _("已保存。系统不会自行报送。"))
    return redirect("incidents:law_report", pk, stage)


@login_required
@require_safe
def law_file(request: StaffRequest, pk: int, stage: str, kind: str) -> HttpResponse:
    """The form as it stands now, as DOCX or PDF."""
    incident = _incident(pk, stage)
    if kind not in _DRAWN:
        raise Http404
    fields, _row = filled(incident, stage)
    document = paper.document_of(incident, stage, fields, at=now())
    return sending.attachment(_DRAWN[kind](document), paper.file_name(incident, stage, kind))


def _incident(pk: int, stage: str) -> Incident:
    incident = get_object_or_404(
        Incident.objects.select_related("grade", "plan").prefetch_related("services", "affected"),
        pk=pk,
    )
    if stage not in Stage.values or not is_asked(incident):
        raise Http404
    return incident


def _conflict(
    request: StaffRequest, incident: Incident, stage: str, refusal: Conflict
) -> HttpResponse:
    """Somebody was faster: what was typed stays beside theirs, on the version that is now."""
    fields, row = filled(incident, stage)
    typed = request.POST.copy()
    typed["version"] = str(row.version if row else 0)
    form = LawReportForm(fields, row, typed)
    changes = [
        {"label": str(one.field.title), "new": one.written}
        for one in fields
        if one.written and one.written != typed.get(one.field.key, "").strip()
    ]
    told = {"refused": refusal.sentence, "changes": changes}
    return _page(request, incident, stage, form=form, status=409, **told)


def _page(
    request: StaffRequest,
    incident: Incident,
    stage: str,
    *,
    form: LawReportForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    fields, row = filled(incident, stage)
    may_write = may_note(incident, request.user)
    context = {
        "incident": incident,
        "stage": Stage(stage),
        "stages": list(Stage),
        "row": row,
        "missing": [one.field for one in fields if one.is_missing],
        "form": (form or LawReportForm(fields, row)) if may_write else None,
        **shown(paper.document_of(incident, stage, fields, at=now())),
    }
    return render(request, "incidents/law_report.html", context | more, status=status)
