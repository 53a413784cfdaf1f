"""Staff pages of patient notices: what must be done now, an incident's notices, the short verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from incidents.models import Incident
from journal.moving import available
from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import authority, changes, previewing, public, selectors, signs, workflow
from notices.forms import (
    EndForm,
    PublishForm,
    UrgentForm,
    VerbForm,
    WithdrawForm,
    next_update,
)
from notices.models import Notice
from notices.workflow.facts import wrong_range
from teams.models import Person
from teams.requests import StaffRequest


@dataclass(frozen=True)
class Act:
    """A verb that has a page of its own: what it says there, its form, and the verb itself."""

    name: str
    title: str | Promise
    will: str | Promise
    done: str | Promise
    form: type[VerbForm]
    do: Callable[..., Any]


ACTS = {
    act.name: act
    for act in (
        Act(
            "approve",
            gettext_lazy("批准通知"),
            gettext_lazy("您批准的是下面的原文。批准后由客服人员发布。"),
            gettext_lazy("已批准，客服人员可以发布了。"),
            VerbForm,
            workflow.approve,
        ),
        Act(
            "publish_urgently",
            gettext_lazy("紧急发布，事后补批"),
            gettext_lazy(
                "来不及等批准才用：患者马上能看到，批准人会被叫来补批，到时没有补批会告警。"
            ),
            gettext_lazy("已发布，患者现在能看到；正在请人补批。"),
            UrgentForm,
            workflow.publish_urgently,
        ),
        Act(
            "ratify",
            gettext_lazy("补批通知"),
            gettext_lazy(
                "这份通知是先发布的。您看过原文，同意它这样告诉患者；不同意就撤回或更正。"
            ),
            gettext_lazy("已补批。"),
            VerbForm,
            workflow.ratify,
        ),
        Act(
            "publish",
            gettext_lazy("发布通知"),
            gettext_lazy("发布后，所有患者马上能在服务状态页看到；到下次通报时间前要更新或结束。"),
            gettext_lazy("已发布，患者现在能看到。"),
            PublishForm,
            workflow.publish,
        ),
        Act(
            "end",
            gettext_lazy("结束通知"),
            gettext_lazy("结束后，患者会看到「已恢复」和您写的情况，保留 24 小时。"),
            gettext_lazy("通知已结束。"),
            EndForm,
            workflow.end,
        ),
        Act(
            "withdraw",
            gettext_lazy("撤回通知"),
            gettext_lazy(
                "没有发布的，起草人会看到撤回理由；已经发布的，各处马上改为「此前的通知已撤回」和您写的理由，"
                "保留 24 小时。故障还没有恢复时，请接着发一份正确的。"
            ),
            gettext_lazy("已撤回。"),
            WithdrawForm,
            workflow.withdraw,
        ),
    )
}


@login_required
@require_safe
def work(request: StaffRequest) -> HttpResponse:
    """患者通知: everything that needs something now."""
    template = "notices/_work.html" if request.htmx else "notices/list.html"
    return render(request, template, {"work": selectors.work()})


@login_required
@require_safe
def of_incident(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """All notices of one incident, and what this person may do with them."""
    return render(request, "notices/incident.html", panel_of(request, incident_pk))


@login_required
@require_safe
def as_public(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """What patients would have read of a drill, marked; they never do. None of a real fault."""
    incident = get_object_or_404(Incident.objects.drills(), pk=incident_pk)
    context = {"incident": incident, "shown": previewing.as_public(incident)}
    return render(request, "notices/as_public.html", context)


@login_required
@require_safe
def panel(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """The part that the incident's page and the page above fetch again when something changed."""
    context = panel_of(request, incident_pk, is_whole=request.GET.get("whole") == "1")
    return render(request, "notices/_panel.html", context)


def panel_of(request: StaffRequest, incident_pk: int, *, is_whole: bool = True) -> dict[str, Any]:
    """What the panel needs. `may` names what this person may do now, from the machines.

    Only the whole one shows earlier notices and the signs at the places.
    """
    incident = _incident(incident_pk)
    shown = selectors.panel(incident)
    for notice in shown["history"]:
        if notice.is_unratified:
            notice.may_ratify = authority.may_approve(notice, request.user)
    verbs = available(incident, request.user)
    return shown | {
        "incident": incident,
        "is_whole": is_whole,
        "signs": signs.standing(incident, shown["current"]) if is_whole else [],
        "photos": signs.photos(incident),
        "may_hang": authority.is_employee(incident, request.user),
        "approval": authority.approval_of(incident),
        "may_draft": authority.may_draft(incident, request.user)
        and not (shown["current"] or shown["waiting"]),
        "may_waive": "waive_notice" in verbs
        and incident.notified_at is None
        and incident.notice_waived_at is None,
        "current_actions": _actions(shown["current"], request.user),
        "waiting_actions": _actions(shown["waiting"], request.user),
    }


# Most needed first; the first that a person may do is the button that matters.
_ORDER = (
    *("publish", "approve", "ratify", "update", "end", "edit", "publish_urgently", "withdraw"),
)


def _actions(notice: Any, person: Person) -> list[dict[str, Any]]:
    """The buttons that the machine offers this person on a notice: label and address."""
    if notice is None:
        return []
    may = available(notice, person)
    labels = {
        transition.name: transition.custom["label"]
        for transition in notice.get_available_state_transitions()
    }
    names = [name for name in _ORDER if name in may]
    return [
        {
            "label": labels[name],
            "url": reverse(f"notices:{name}", args=[notice.pk])
            if name in ("edit", "update")
            else reverse("notices:verb", args=[notice.pk, name]),
            "main": place == 0,
        }
        for place, name in enumerate(names)
    ]


@login_required
def verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """The page of one verb on one notice: what patients read, what will happen, the button."""
    act = ACTS.get(verb)
    if act is None:
        raise Http404
    notice = get_object_or_404(_notices(), pk=pk)
    if request.method != "POST":
        form = act.form(initial=_initial(notice, verb))
        return _verb_page(request, act, notice, form)
    form = act.form(request.POST)
    if not form.is_valid():
        return _verb_page(request, act, notice, form, status=422)
    try:
        act.do(pk, by=request.user, **form.cleaned_data)
    except Incomplete as refusal:
        form.refuse(refusal.fields)
        return _verb_page(request, act, notice, form, status=422)
    except Conflict as refusal:
        notice = get_object_or_404(_notices(), pk=pk)
        # The typed text stays; the version is the one that the person sees now.
        form.see(notice.version)
        return _verb_page(request, act, notice, form, status=409, conflict=refusal)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    messages.success(request, str(act.done))
    return redirect("notices:incident", notice.incident_id)


def _notices() -> QuerySet[Notice]:
    return Notice.objects.select_related(
        "incident__grade", "incident__plan", "drafted_by", "approved_by", "replaces"
    ).prefetch_related("services", "replaces__services")


_PUBLISHING = ("publish", "publish_urgently")


def _initial(notice: Notice, verb: str) -> dict[str, Any]:
    initial: dict[str, Any] = {"version": notice.version}
    if verb in _PUBLISHING:
        at = now()
        promised = notice.next_update_at
        initial["next_update_at"] = promised if promised > at else next_update(notice.incident, at)
    return initial


def _past(notice: Notice) -> dict[str, str]:
    """What keeps a notice from being published that only an edit can mend, by field."""
    return wrong_range(workflow.Facts.of(notice), now())


def _verb_page(
    request: StaffRequest,
    act: Act,
    notice: Notice,
    form: VerbForm,
    *,
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context = {
        "act": act,
        "notice": notice,
        "incident": notice.incident,
        "form": form,
        "past": _past(notice) if act.name in _PUBLISHING else {},
        "said": public.with_times(public.said(notice)),
        "surfaces": previewing.of_notice(notice),
        "changes": changes.since_before(notice),
        "is_possible": act.name in available(notice, request.user),
        "conflict": conflict,
        "kept": kept_of(form) if conflict else [],
    }
    return render(request, "notices/verb.html", context, status=status)


def kept_of(form: VerbForm) -> list[dict[str, Any]]:
    """What was typed, for the page that says that somebody was faster."""
    return [
        {"label": field.label, "text": field.value()}
        for field in form.visible_fields()
        if field.value()
    ]


def _incident(pk: int) -> Incident:
    return get_object_or_404(Incident.objects.select_related("grade", "plan", "department"), pk=pk)
