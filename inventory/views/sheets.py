"""Supplies as a sheet: out as a workbook, in by upload, preview and accepting."""

from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import sheets, workflow
from inventory.models import SupplyImport
from inventory.views.shared import insist_keeps
from journal.recording import now
from journal.refusals import Refusal
from teams.forms.asking import put_errors
from teams.forms.importing import LARGEST, XLSX
from teams.requests import StaffRequest
from teams.sheets import CONTENT_TYPE

_SHOWN = 200


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("XLSX 文件"),
        help_text=gettext_lazy(
            "最大 2 MB、2000 行。上传之后先给您看会有什么变化，这时还什么都没有改。"
        ),
        widget=forms.FileInput(attrs={"accept": XLSX}),
        error_messages={
            "required": gettext_lazy("请选择一个文件。"),
            "empty": gettext_lazy("这个文件是空的。"),
            "invalid": gettext_lazy("没有收到文件，请重新选择。"),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("文件超过 2 MB，请分成几个文件。"))
        return file


@login_required
@require_safe
def export(request: StaffRequest) -> HttpResponse:
    """Everything that is listed, as XLSX."""
    answer = HttpResponse(sheets.book(), content_type=CONTENT_TYPE)
    name = quote(f"{_('物资')} {timezone.localdate()}.xlsx", safe="")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    """Choose a file; nothing changes by it."""
    insist_keeps(request)
    if request.method == "GET":
        return _upload(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        kept = workflow.upload_supplies(
            by=request.user, content=file.read(), file_name=file.name or ""
        )
    except Refusal as refusal:
        put_errors(form, refusal)
        return _upload(request, form, status=refusal.status)
    return redirect("inventory:import_preview", kept.pk)


@login_required
@require_http_methods(["GET", "POST"])
def see(request: StaffRequest, pk: int) -> HttpResponse:
    """The preview of an uploaded sheet, for whoever uploaded it; accepting it is a POST."""
    insist_keeps(request)
    kept = SupplyImport.objects.filter(pk=pk, by=request.user).first()
    if kept is None or kept.expires_at <= now() or kept.accepted_at is not None:
        messages.warning(request, _("这次上传已经不在了，请重新上传文件。"))
        return redirect("inventory:import")
    if request.method == "GET":
        return _preview(request, kept)
    try:
        done = workflow.accept_supplies(pk, by=request.user, only_good="only_good" in request.POST)
    except Refusal as refusal:
        return _preview(request, kept, refused=str(refusal), status=refusal.status)
    messages.success(request, _("已导入 %(rows)s 行。") % {"rows": done})
    return redirect("inventory:items")


@login_required
@require_POST
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw the uploaded sheet away."""
    insist_keeps(request)
    workflow.drop_supplies(pk, by=request.user)
    messages.success(request, _("已放弃这次导入，物资没有变。"))
    return redirect("inventory:items")


def _upload(request: StaffRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    return render(request, "inventory/import.html", {"form": form}, status=status)


def _preview(
    request: StaffRequest, kept: SupplyImport, refused: str = "", status: int = 200
) -> HttpResponse:
    found = list(sheets.changes(kept.rows))
    context = {
        "kept": kept,
        "changes": found[:_SHOWN],
        "total": len(found),
        "new": sum(change.is_new for change in found),
        "refused": refused,
    }
    return render(request, "inventory/import_preview.html", context, status=status)
