"""Files of evidence: the list with its form, and the download."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incidents import authority, page, workflow
from incidents.forms import EvidenceForm
from incidents.models import Evidence, Incident
from incidents.views.verbs import put_errors
from journal import keeping
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: StaffRequest, pk: int) -> HttpResponse:
    """What was handed in, for everybody who sees the incident; a file is added here."""
    incident = page.read(pk)
    if request.method != "POST":
        if request.htmx:
            return _shown(request, incident, None)
        return _shown(request, incident, EvidenceForm(incident, initial=request.GET.dict()))
    if not authority.is_employee(incident, request.user):
        raise PermissionDenied(_("您没有「上传凭证」的权限。"))
    form = EvidenceForm(incident, request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, incident, form, status=422)
    try:
        evidence = workflow.attach(pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        return _shown(request, incident, form, status=refusal.status)
    messages.success(request, _("已保存「%(name)s」，SHA-256 已写入日志。") % {"name": evidence})
    return redirect("incidents:files", pk)


@login_required
@require_safe
def download(request: StaffRequest, pk: int, file: int) -> FileResponse:
    """The file itself, as a download, for everybody who sees the incident."""
    evidence = get_object_or_404(Evidence, pk=file, incident=pk)
    return keeping.send(evidence.path, name=evidence.name, kind=evidence.kind)


def _shown(
    request: StaffRequest, incident: Incident, form: EvidenceForm | None, status: int = 200
) -> HttpResponse:
    found = incident.files.select_related("by", "check_item__item", "order", "backup")
    may = incident.is_open and authority.is_employee(incident, request.user)
    context = {"incident": incident, "files": found, "may_attach": may, "form": form}
    template = "incidents/files.html" if form is not None else "incidents/_files.html"
    return render(request, template, context, status=status)
