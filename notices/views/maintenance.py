"""Planned maintenance: the list, each one's sheet, its form and its verbs."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.moving import available, label_of
from journal.refusals import NotAllowed, Refusal
from notices import authority, planned, previewing, surfaces, workflow
from notices.maintenance_forms import CancelForm, MaintenanceForm, words_of
from notices.models import Maintenance
from notices.models.maintenance import PREPARED, PUBLIC
from teams.forms.asking import as_it_is, kept
from teams.history import history_of
from teams.requests import StaffRequest, number_in

# Of a press each, in the order of the buttons.
_VERBS: dict[str, Callable[..., Maintenance]] = {
    "approve": workflow.approve_maintenance,
    "announce": workflow.announce_maintenance,
    "finish": workflow.finish_maintenance,
    "escalate": workflow.escalate_maintenance,
}
MOST = 100


@login_required
@require_safe
def maintenances(request: StaffRequest) -> HttpResponse:
    """What is planned and what was, the latest first."""
    found = Maintenance.objects.select_related("drafted_by").prefetch_related("services")
    coming = (*PREPARED, *PUBLIC)
    context = {
        "coming": list(found.filter(state__in=coming).order_by("starts_at", "pk")),
        "past": list(found.exclude(state__in=coming)[:MOST]),
        "may_plan": authority.plans_maintenance(None, request.user),
    }
    return render(request, "notices/maintenances.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: StaffRequest) -> HttpResponse:
    """安排维护."""

    def write(form: MaintenanceForm) -> Maintenance:
        return workflow.plan_maintenance(
            by=request.user, facts=form.planned(), client_uuid=form.cleaned_data["client_uuid"]
        )

    initial = {
        "client_uuid": MaintenanceForm.new_mark(),
        # Bound for its preview, a form gives no initial values of its own.
        "emergency": MaintenanceForm.base_fields["emergency"].initial,
    }
    return _write(request, initial, write, title=_("安排维护"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """What is not announced yet is corrected; of what is announced a change is drafted."""
    row = _row(pk)
    is_change = row.state not in PREPARED

    def write(form: MaintenanceForm) -> Maintenance:
        said: dict[str, Any] = {"facts": form.planned(), "version": form.cleaned_data["version"]}
        if not is_change:
            return workflow.edit_maintenance(pk, by=request.user, **said)
        said["client_uuid"] = form.cleaned_data["client_uuid"]
        return workflow.change_maintenance(pk, by=request.user, **said)

    title = _("变更维护") if is_change else _("修改维护")
    return _write(request, words_of(row), write, title=title, row=row)


def _write(
    request: StaffRequest,
    initial: dict[str, Any],
    write: Callable[[MaintenanceForm], Maintenance],
    *,
    title: str,
    row: Maintenance | None = None,
) -> HttpResponse:
    """One page for the three: the form, its refusals with the typed text kept, or the sheet."""
    if not authority.plans_maintenance(None, request.user):
        raise PermissionDenied(_("计划维护由客服和信息科安排。"))
    address = reverse("notices:preview_maintenance") + (f"?of={row.pk}" if row else "")
    context: dict[str, Any] = {"title": title, "row": row, "preview_url": address}
    replaces = _replaced(row)
    if request.method != "POST":
        context["form"] = MaintenanceForm(initial=initial)
        context["preview"] = previewing.of_plan(MaintenanceForm(initial), replaces)
        return render(request, "notices/maintenance_form.html", context)
    form = MaintenanceForm(request.POST)
    # A form of its own: what a verb refused is still what was typed.
    preview = previewing.of_plan(MaintenanceForm(request.POST), replaces)
    context |= {"form": form, "preview": preview}
    if "preview" in request.POST:
        form.is_valid()
        form.refuse(preview.unsaid(form))
        return render(request, "notices/maintenance_form.html", context)
    status = 422
    if form.is_valid():
        try:
            made = write(form)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refusal as refusal:
            status = refusal.status
            if status == 409 and row is not None:
                row = _row(row.pk)
                context |= {"conflict": refusal.sentence, "kept": kept(form), "row": row}
                context["changes"] = [
                    change for change in as_it_is(form, row) if change["new"] != "–"
                ]
                form.see(row.version)
            elif refusal.fields:
                form.refuse(refusal.fields)
            else:
                form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("已提交，请另一位同事批准。"))
            return redirect(made)
    return render(request, "notices/maintenance_form.html", context, status=status)


@login_required
@require_safe
def maintenance(request: StaffRequest, pk: int) -> HttpResponse:
    """One planned maintenance: what patients read, who said yes, and what can be done now."""
    return _sheet(request, _row(pk))


@login_required
@require_POST
def verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """批准, 公布, 确认完成, 转为故障事件: a press each; 取消 with its reason."""
    row = _row(pk)
    if verb not in (*_VERBS, "cancel"):
        raise Http404
    form = CancelForm(request.POST)
    # What is missing in a reason, the verb says.
    form.is_valid()
    said: dict[str, Any] = {"version": form.cleaned_data.get("version")}
    try:
        if verb == "cancel":
            reason = form.cleaned_data.get("reason", "")
            workflow.cancel_maintenance(pk, by=request.user, reason=reason, **said)
        else:
            row = _VERBS[verb](pk, by=request.user, **said)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        reason = request.POST.get("reason", "")
        return _sheet(
            request, _row(pk), refused=refusal.sentence, reason=reason, status=refusal.status
        )
    if verb == "escalate" and row.incident is not None:
        return redirect(row.incident)
    return redirect("notices:maintenance", pk)


def _sheet(
    request: StaffRequest,
    row: Maintenance,
    *,
    refused: str = "",
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    offered = available(row, request.user)
    told = planned.said(row)
    context = {
        "row": row,
        "actions": [(name, label_of(row, name)) for name in _VERBS if name in offered],
        "may_edit": "edit" in offered,
        "may_change": "change" in offered,
        "may_cancel": "cancel" in offered,
        "successor": row.replaced_by.filter(state__in=PREPARED).first(),
        "history": history_of(row),
        "surfaces": surfaces.every(told),
        "refused": refused,
        "reason": reason,
    }
    return render(request, "notices/maintenance.html", context, status=status)


@login_required
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """What patients would read on every surface, while it is being typed. Writes nothing.

    `of` names the maintenance that is corrected or changed.
    """
    pk = number_in(request.GET, "of")
    shown = previewing.of_plan(MaintenanceForm(request.POST), _replaced(_row(pk) if pk else None))
    return render(request, "notices/_preview.html", {"preview": shown, "is_live": True})


def _replaced(row: Maintenance | None) -> Maintenance | None:
    """What the form's words would take the place of."""
    return row if row is None or row.state not in PREPARED else row.replaces


def _row(pk: int) -> Maintenance:
    found = Maintenance.objects.select_related(
        *("drafted_by", "approved_by", "announced_by", "finished_by", "incident", "replaces")
    )
    return get_object_or_404(found.prefetch_related("services"), pk=pk)
