"""Staff pages of patient notices: what must be done now, an incident's notices, the short verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from incidents import workflow as incidents
from incidents.models import Incident
from journal.moving import available
from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import authority, public, selectors, workflow
from notices.forms import (
    ApproveForm,
    EndForm,
    PublishForm,
    WaiveForm,
    WithdrawForm,
    next_update,
)
from notices.models import Notice


@dataclass(frozen=True)
class Act:
    """A verb that has a page of its own: what it says there, its form, and the verb itself."""

    name: str
    title: Promise
    will: Promise
    done: Promise
    form: type[django_forms.Form]
    do: Callable[..., Any]


ACTS = {
    act.name: act
    for act in (
        Act(
            "approve",
            gettext_lazy("批准通知"),
            gettext_lazy("您批准的是下面的原文。批准后由客服人员发布。"),
            gettext_lazy("已批准,客服人员可以发布了。"),
            ApproveForm,
            workflow.approve,
        ),
        Act(
            "publish",
            gettext_lazy("发布通知"),
            gettext_lazy("发布后,所有患者马上能在服务状态页看到;到下次通报时间前要更新或结束。"),
            gettext_lazy("已发布,患者现在能看到。"),
            PublishForm,
            workflow.publish,
        ),
        Act(
            "end",
            gettext_lazy("结束通知"),
            gettext_lazy("结束后,患者会看到「已恢复」和您写的情况,保留 24 小时。"),
            gettext_lazy("通知已结束。"),
            EndForm,
            workflow.end,
        ),
        Act(
            "withdraw",
            gettext_lazy("撤回草稿"),
            gettext_lazy("这一版不会发布,起草人会看到撤回理由。"),
            gettext_lazy("已撤回。"),
            WithdrawForm,
            workflow.withdraw,
        ),
    )
}


@login_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """患者通知: everything that needs something now."""
    template = "notices/_work.html" if request.htmx else "notices/list.html"
    return render(request, template, {"work": selectors.work()})


@login_required
@require_safe
def of_incident(request: HttpRequest, incident_pk: int) -> HttpResponse:
    """All notices of one incident, and what this person may do with them."""
    return render(request, "notices/incident.html", panel_of(request, incident_pk))


@login_required
@require_safe
def panel(request: HttpRequest, incident_pk: int) -> HttpResponse:
    """The part that the incident's page and the page above fetch again when something changed."""
    context = panel_of(request, incident_pk)
    context["is_whole"] = request.GET.get("whole") == "1"
    return render(request, "notices/_panel.html", context)


def panel_of(request: HttpRequest, incident_pk: int) -> dict[str, Any]:
    """What the panel needs. `may` names what this person may do now, from the machines."""
    incident = _incident(incident_pk)
    shown = selectors.panel(incident)
    verbs = available(incident, request.user)
    return shown | {
        "incident": incident,
        "is_whole": True,
        "may_draft": authority.may_draft(incident, request.user)
        and not (shown["current"] or shown["waiting"]),
        "may_waive": "waive_notice" in verbs
        and incident.notified_at is None
        and incident.notice_waived_at is None,
        "current_verbs": available(shown["current"], request.user) if shown["current"] else [],
        "waiting_verbs": available(shown["waiting"], request.user) if shown["waiting"] else [],
    }


@login_required
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """The page of one verb on one notice: what patients read, what will happen, the button."""
    act = ACTS.get(verb)
    if act is None:
        raise Http404
    notice = get_object_or_404(
        Notice.objects.select_related("incident__grade", "incident__plan", "drafted_by"), pk=pk
    )
    if request.method != "POST":
        form = act.form(initial=_initial(notice, verb))
        return _verb_page(request, act, notice, form)
    form = act.form(request.POST)
    if not form.is_valid():
        return _verb_page(request, act, notice, form, status=422)
    try:
        act.do(pk, by=request.user, **form.cleaned_data)
    except Incomplete as refusal:
        for name, sentence in refusal.fields.items():
            form.add_error(name if name in form.fields else None, sentence)
        return _verb_page(request, act, notice, form, status=422)
    except Conflict as refusal:
        notice = get_object_or_404(
            Notice.objects.select_related("incident__grade", "incident__plan", "drafted_by"), pk=pk
        )
        # The typed text stays; the version is the one that the person sees now.
        form.data = form.data.copy()
        form.data["version"] = str(notice.version)
        return _verb_page(request, act, notice, form, status=409, conflict=refusal)
    except NotAllowed as refusal:
        return refused(request, refusal)
    messages.success(request, act.done)
    return redirect("notices:incident", notice.incident_id)


def _initial(notice: Notice, verb: str) -> dict[str, Any]:
    initial: dict[str, Any] = {"version": notice.version}
    if verb == "publish":
        at = now()
        promised = notice.next_update_at
        initial["next_update_at"] = promised if promised > at else next_update(notice.incident, at)
    return initial


def _verb_page(
    request: HttpRequest,
    act: Act,
    notice: Notice,
    form: django_forms.Form,
    *,
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context = {
        "act": act,
        "notice": notice,
        "incident": notice.incident,
        "form": form,
        "said": public.with_times(public.said(notice)),
        "is_possible": act.name in available(notice, request.user),
        "conflict": conflict,
    }
    return render(request, "notices/verb.html", context, status=status)


@login_required
def waive(request: HttpRequest, incident_pk: int) -> HttpResponse:
    """No notice is needed here: the reason stands in its place."""
    incident = _incident(incident_pk)
    if request.method != "POST":
        form = WaiveForm(initial={"version": incident.version})
        return _waive_page(request, incident, form)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return _waive_page(request, incident, form, status=422)
    try:
        incidents.waive_notice(incident_pk, by=request.user, **form.cleaned_data)
    except Incomplete as refusal:
        for name, sentence in refusal.fields.items():
            form.add_error(name if name in form.fields else None, sentence)
        return _waive_page(request, incident, form, status=422)
    except Conflict as refusal:
        incident = _incident(incident_pk)
        form.data = form.data.copy()
        form.data["version"] = str(incident.version)
        return _waive_page(request, incident, form, status=409, conflict=refusal)
    except NotAllowed as refusal:
        return refused(request, refusal)
    messages.success(request, _("已记录免发理由。"))
    return redirect("notices:incident", incident_pk)


def _waive_page(
    request: HttpRequest,
    incident: Incident,
    form: django_forms.Form,
    *,
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context = {
        "incident": incident,
        "form": form,
        "is_possible": "waive_notice" in available(incident, request.user),
        "conflict": conflict,
    }
    return render(request, "notices/waive.html", context, status=status)


def refused(request: HttpRequest, refusal: NotAllowed) -> HttpResponse:
    """The 403 page with the verb's own sentence."""
    return render(request, "403.html", {"refusal": refusal}, status=403)


def _incident(pk: int) -> Incident:
    return get_object_or_404(Incident.objects.select_related("grade", "plan", "department"), pk=pk)
