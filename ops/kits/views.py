"""The kits' pages: how every department's stands, making and taking them, the drawer."""

import io
import zipfile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import Conflict, NotAllowed, Refusal
from ops.kits import authority, folder, running, selectors, workflow
from ops.kits.forms import BuildForm, PutAwayForm
from ops.kits.models import KitEdition, KitPlacement
from plans.documents import sending
from teams.forms.asking import put_errors
from teams.models import Department
from teams.requests import StaffRequest

_HISTORY = 20
# The entries of an archive bear this moment: the same kits give the same bytes.
_EPOCH = (2000, 1, 1, 0, 0, 0)


@login_required
@require_safe
def kits(request: StaffRequest) -> HttpResponse:
    """Every kit that the person may see; whoever sees but one still gets the list."""
    found = selectors.shown(selectors.may_see(request.user))
    context = {
        "kits": found,
        "sees_all": authority.sees_all(request.user),
        "makes_all": authority.makes_all(request.user),
        "waiting": sum(not one.is_in_drawer or one.tone != "calm" for one in found),
        "has_any": any(one.edition for one in found),
        "has_plan": all(one.has_plan for one in found),
        "progress": selectors.progress() if authority.sees_all(request.user) else None,
        "form": BuildForm(),
    }
    return render(request, "ops/kits/list.html", context)


@login_required
@require_safe
def progress(request: StaffRequest) -> HttpResponse:
    """Fragment: how far the making of all kits has come."""
    if not authority.sees_all(request.user):
        raise PermissionDenied(_("您没有「查看全部应急包」的权限。"))
    return render(request, "ops/kits/_progress.html", {"progress": selectors.progress()})


@login_required
@require_POST
def make_all(request: StaffRequest) -> HttpResponse:
    form = BuildForm(request.POST)
    form.is_valid()
    try:
        running.ask_all(by=request.user, client_uuid=form.cleaned_data.get("client_uuid"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, _("正在制作全部应急包，做好一份显示一份。"))
    return redirect("kits:list")


@login_required
@require_safe
def everything(request: StaffRequest) -> HttpResponse:
    """The newest kit of every department in one archive."""
    try:
        found = workflow.take_all(by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if not found:
        messages.error(request, _("还没有做好的应急包。"))
        return redirect("kits:list")
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for edition, data in found:
            entry = zipfile.ZipInfo(folder.safe(edition.file_name), _EPOCH)
            archive.writestr(entry, data)
    answer = HttpResponse(kept.getvalue(), content_type="application/zip")
    name = _("全部停机应急包-%(day)s.zip") % {"day": timezone.localdate()}
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_safe
def kit(request: StaffRequest, pk: int) -> HttpResponse:
    """One department's kit: how it stands, its forms, who holds it, earlier editions."""
    return _page(request, _department(request, pk))


@login_required
@require_POST
def make(request: StaffRequest, pk: int) -> HttpResponse:
    department = _department(request, pk)
    form = BuildForm(request.POST)
    if not authority.makes(pk, request.user):
        raise PermissionDenied(_("您没有「制作应急包」的权限。"))
    if not form.is_valid():
        return _page(request, department, making=form, status=422)
    try:
        built = workflow.build(pk, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _page(request, department, making=form, status=refusal.status)
    if built.is_new:
        said = _("第 %(number)s 版做好了，请下载打印，放好后在这里确认。")
    else:
        said = _("内容没有变化，仍是第 %(number)s 版。")
    messages.success(request, said % {"number": built.edition.number})
    return redirect("kits:kit", pk)


@login_required
@require_POST
def put_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Printed, and in the drawer."""
    department = _department(request, pk)
    if not authority.puts_away(pk, request.user):
        raise PermissionDenied(_("您没有「确认放好应急包」的权限。"))
    form = PutAwayForm(request.POST)
    if not form.is_valid():
        return _page(request, department, placing=form, status=422)
    said = dict(form.cleaned_data)
    edition = get_object_or_404(KitEdition, pk=said.pop("edition"), department=department)
    try:
        workflow.put_away(edition.pk, by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _page(request, department, placing=form, status=refusal.status)
    messages.success(request, _("记下了：第 %(number)s 版已放好。") % {"number": edition.number})
    return redirect("kits:kit", pk)


@login_required
@require_safe
def pdf(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One edition's file; who took it out is kept in the journal."""
    department = _department(request, pk)
    edition = get_object_or_404(KitEdition, department=department, number=number)
    try:
        _edition, data = workflow.take(edition.pk, by=request.user)
    except Conflict as refusal:
        messages.error(request, str(refusal))
        return redirect("kits:kit", pk)
    return sending.attachment(data, f"停机应急包-{department}-第{number}版.pdf")


def _department(request: StaffRequest, pk: int) -> Department:
    """The department, for who may see its kit; others learn nothing of it."""
    if not authority.sees(pk, request.user):
        raise PermissionDenied(_("应急包里有个人电话，只给本科室、管理员、领导和审计员看。"))
    return get_object_or_404(Department, pk=pk, is_active=True)


def _page(
    request: StaffRequest,
    department: Department,
    *,
    making: BuildForm | None = None,
    placing: PutAwayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    (shown,) = selectors.shown([department])
    placed = shown.placed
    last = {"holder": placed.holder, "place": placed.place} if placed else {}
    edition = shown.edition
    context: dict[str, Any] = {
        "kit": shown,
        "department": department,
        "edition": edition,
        "forms": list(edition.forms.select_related("batch")) if edition else [],
        "making": making or BuildForm(initial={"sheets": shown.sheets}),
        "placing": placing
        or PutAwayForm(initial=last | {"edition": edition.pk if edition else None}),
        "may_make": authority.makes(department.pk, request.user),
        "may_put_away": authority.puts_away(department.pk, request.user),
        "sees_all": authority.sees_all(request.user),
        "editions": list(
            KitEdition.objects.filter(department=department)
            .select_related("made_by", "plan", "paper")
            .defer("paper__data", "parts")[:_HISTORY]
        ),
        "placements": list(
            KitPlacement.objects.filter(edition__department=department).select_related(
                "by", "edition"
            )[:_HISTORY]
        ),
    }
    return render(request, "ops/kits/kit.html", context, status=status)
