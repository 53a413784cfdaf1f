"""正在进行的演练: which run, and the one button that lets all of them stand or ends them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import authority, listing, practice, workflow
from incidents.models import Incident
from journal.refusals import NotAllowed, Refusal
from teams.requests import StaffRequest, number_in, text_in

# What is done to all drills, by the last word of the address.
_OF_ALL: dict[str, Callable[..., list[Incident]]] = {
    "pause": workflow.pause_all_drills,
    "resume": lambda *, by, reason: workflow.resume_all_drills(by=by),
    "end": workflow.end_all_drills,
}
_OF_ONE: dict[str, Callable[..., Any]] = {
    "pause": lambda pk, *, by, reason, version: workflow.pause_drill(pk, by=by, reason=reason),
    "resume": lambda pk, *, by, reason, version: workflow.resume_drill(pk, by=by),
    "end": workflow.end_drill,
}


@login_required
@require_safe
def drills(request: StaffRequest) -> HttpResponse:
    """Every drill that is not over; for who leads, with what can be done to all at once."""
    return _drills(request)


def _drills(request: StaffRequest, status: int = 200, **more: Any) -> HttpResponse:
    rows, others = listing.drill_rows(), _others(request)
    context = {
        "rows": rows,
        "others": others,
        "all": len(rows) + len(others),
        "over": listing.ended_drills(),
        "leads": authority.leads_drills(None, request.user),
        "standing": sum(row.stands for row in rows) + sum(one.stands for one in others),
        "is_drill": bool(rows or others),
    }
    return render(request, "incidents/drills.html", context | more, status=status)


def _others(request: StaffRequest) -> list[practice.Practice]:
    """What else is practice, for who may stop it; a table is nobody else's business."""
    return practice.running() if authority.leads_drills(None, request.user) else []


@login_required
@require_safe
def section(request: StaffRequest) -> HttpResponse:
    """Fragment of the dashboard: drills, apart from what is real. Empty where none is open."""
    rows, others = listing.drill_rows(), _others(request)
    leads = authority.leads_drills(None, request.user)
    context = {"rows": rows, "others": others, "all": len(rows) + len(others), "leads": leads}
    return render(request, "incidents/_drills.html", context)


@login_required
@require_safe
def band(request: StaffRequest) -> HttpResponse:
    """Fragment over a grave fault's page: that drills run. Empty for who may not stop them."""
    running: list[Any] = []
    if authority.leads_drills(None, request.user):
        running += [row for row in listing.drill_rows() if not row.stands]
        running += [one for one in practice.running() if not one.stands]
    return render(request, "incidents/_drills_band.html", {"running": running})


@login_required
@require_POST
def all_drills(request: StaffRequest, verb: str) -> HttpResponse:
    """Pause, resume or end all drills, in one press: a reason is there, unless one was typed."""
    if verb not in _OF_ALL:
        raise Http404
    reason = text_in(request.POST, "reason").strip()
    if "reason" not in request.POST:
        reason = _("出现真实故障")
    others = [one for one in _others(request) if verb == "end" or one.stands == (verb == "resume")]
    try:
        done = _OF_ALL[verb](by=request.user, reason=reason)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        return _drills(request, refusal.status, refused=refusal.sentence, refused_verb=verb)
    messages.success(request, _told(verb, len(done) + len(others)))
    return redirect("incidents:drills")


def _told(verb: str, count: int) -> str:
    if not count:
        return _("没有要办的演练，什么也没有改。")
    sentences = {
        "pause": ngettext("%(count)d 场演练已暂停。", "%(count)d 场演练已暂停。", count),
        "resume": ngettext("%(count)d 场演练已继续。", "%(count)d 场演练已继续。", count),
        "end": ngettext("%(count)d 场演练已结束。", "%(count)d 场演练已结束。", count),
    }
    return sentences[verb] % {"count": count}


@login_required
@require_http_methods(["GET", "POST"])
def drill(request: StaffRequest, pk: int) -> HttpResponse:
    """One drill: let it stand, go on, or end, for who controls it."""
    incident = get_object_or_404(Incident.objects.drills().select_related("grade", "plan"), pk=pk)
    if not authority.controls_drill(incident, request.user):
        raise PermissionDenied(_("暂停和结束演练由发起的人、各小组组长、副组长和管理员决定。"))
    if request.method == "GET":
        return _drill(request, incident)
    verb = text_in(request.POST, "verb")
    if verb not in _OF_ONE:
        return _drill(request, incident, 422, refused=_("请选择要做什么。"))
    reason, version = text_in(request.POST, "reason"), number_in(request.POST, "version")
    try:
        _OF_ONE[verb](pk, by=request.user, reason=reason, version=version)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        incident.refresh_from_db()
        return _drill(
            request,
            incident,
            refusal.status,
            refused=refusal.sentence,
            refused_verb=verb,
            typed=reason,
        )
    messages.success(request, _("已办。参加的人会收到消息。"))
    return redirect(incident.get_absolute_url() if verb == "end" else request.path)


def _drill(
    request: StaffRequest, incident: Incident, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "incident": incident,
        "pause": incident.paused,
        "pauses": incident.pauses.select_related("by"),
    }
    return render(request, "incidents/drill.html", context | more, status=status)
