"""计时总览: every clock that runs; and the law's clocks with what must be reported."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from incidents import authority, clocks, regulatory, workflow
from incidents.law.fields import filled, is_asked
from incidents.models import Deadline, Incident
from incidents.models.law import Stage
from incidents.workflow.regulatory import may_note
from journal.moments import within_memory
from journal.refusals import NotAllowed, Refusal
from plans.models import RegulatoryClock
from teams.requests import StaffRequest, text_in


@login_required
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """All running clocks, the soonest first; `?mine=1` and `?kind=…` narrow them."""
    found = clocks.running(request.user)
    is_mine, kind = request.GET.get("mine") == "1", request.GET.get("kind", "")
    kept = [clock for clock in found if clock.mine] if is_mine else found
    counts: dict[str, int] = {}
    for clock in kept:
        counts[clock.kind] = counts.get(clock.kind, 0) + 1
    kinds = [
        {"kind": name, "label": label, "count": counts[name], "is_chosen": name == kind}
        for name, label in clocks.LABELS.items()
        if name in counts
    ]
    context = {
        "clocks": [clock for clock in kept if kind not in counts or clock.kind == kind],
        "kinds": kinds,
        "kind": kind if kind in counts else "",
        "is_mine": is_mine,
        "mine": sum(clock.mine for clock in found),
        "all": len(found),
    }
    template = "incidents/_clocks.html" if request.htmx else "incidents/clocks.html"
    return render(request, template, context)


@login_required
@require_safe
def law(request: StaffRequest, pk: int) -> HttpResponse:
    """Fragment of the incident's page: what the law demands of it. Empty where nothing."""
    incident = get_object_or_404(Incident, pk=pk)
    context = {
        "duties": regulatory.duties(incident),
        "incident": incident,
        "stages": list(Stage) if is_asked(incident) else [],
    }
    return render(request, "incidents/_law.html", context)


class _KnownForm(forms.Form):
    known_at = forms.DateTimeField(
        label=gettext_lazy("知情时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[within_memory],
        error_messages={
            "required": gettext_lazy("请填写时间。"),
            "invalid": gettext_lazy("请填写时间。"),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("怎样知道的"),
        max_length=500,
        error_messages={"required": gettext_lazy("请写明怎样知道的。")},
    )


@login_required
@require_http_methods(["GET", "POST"])
def law_clock(request: StaffRequest, pk: int) -> HttpResponse:
    """One of the law's clocks: the rule, the form to fill in, and what was done about it."""
    deadline = _clock(pk)
    if request.method == "GET":
        return _page(request, deadline)
    if not may_note(deadline.incident, request.user):
        raise PermissionDenied(_("您没有「登记法定报告」的权限。"))
    action = request.POST.get("action", "")
    form = _KnownForm(request.POST) if action == "known" else None
    if form is not None and not form.is_valid():
        return _page(request, deadline, status=422, form=form)
    try:
        _do(request, deadline, action, form)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        more: dict[str, Any] = {"refused": refusal.sentence, "refused_action": action}
        more["typed"] = text_in(request.POST, "words")
        if form is not None:
            more["form"] = form
        return _page(request, _clock(pk), status=refusal.status, **more)
    messages.success(request, _("已登记。"))
    return redirect("incidents:law_clock", pk)


def _do(request: StaffRequest, deadline: Deadline, action: str, form: _KnownForm | None) -> None:
    words = text_in(request.POST, "words")
    if form is not None:
        workflow.set_knowledge(deadline.incident_id, by=request.user, **form.cleaned_data)
    elif action == "waive":
        workflow.waive_regulatory(deadline.pk, by=request.user, reason=words)
    else:
        workflow.note_regulatory(deadline.pk, by=request.user, proof=words)


def _clock(pk: int) -> Deadline:
    rows = Deadline.objects.select_related("incident__grade", "incident__plan")
    return get_object_or_404(rows, pk=pk, kind=Deadline.Kind.REGULATORY)


def _page(
    request: StaffRequest, deadline: Deadline, status: int = 200, **more: Any
) -> HttpResponse:
    duty = regulatory.Duty(deadline, RegulatoryClock.objects.filter(pk=deadline.step).first())
    known: datetime.datetime = timezone.localtime(deadline.armed_at)
    context = {
        "duty": duty,
        "incident": deadline.incident,
        "forms": _forms(deadline.incident),
        "form": _KnownForm(initial={"known_at": known}),
        "may_note": may_note(deadline.incident, request.user),
        "may_waive": authority.heads_a_group(deadline.incident, request.user),
    }
    return render(request, "incidents/law_clock.html", context | more, status=status)


def _forms(incident: Incident) -> list[dict[str, Any]]:
    """The stages of the form with how many fields are still empty; none where it is not asked."""
    if not is_asked(incident):
        return []
    return [
        {"stage": stage, "missing": sum(one.is_missing for one in filled(incident, stage)[0])}
        for stage in Stage
    ]
