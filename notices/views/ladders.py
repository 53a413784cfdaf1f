"""升级链: the ladder of one incident, and the verbs that people have on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from incidents.models import Incident
from journal.refusals import Conflict, NotAllowed, Refusal
from journal.since import changes_since
from notices import authority, ladder_forms, workflow
from notices.models import Alert, Climb
from notices.rungs import Ladder, by_hand
from notices.workflow.climbing import CALLS
from teams.models import Person
from teams.requests import StaffRequest, number_in


@dataclass(frozen=True)
class Act:
    """A verb's page: its words, its form, the verb, and who gets in. `needs_climb`: only while
    people are being called."""

    title: str | Promise
    will: tuple[str | Promise, ...]
    done: str | Promise
    form: type[ladder_forms.LadderForm]
    do: Callable[..., Any]
    may: Callable[[Incident, Person], bool]
    needs_climb: bool = True


def _may_answer(incident: Incident, person: Person) -> bool:
    called = Alert.objects.filter(incident=incident, person=person, entry__event__in=CALLS)
    return authority.may_steer(incident, person) or (
        authority.is_employee(incident, person) and called.exists()
    )


ACTS = {
    "answer": Act(
        _("确认收到"),
        (_("您来跟进这起事件。人数够了，升级呼叫就停止。"), _("很久没有进展，会重新逐步呼叫。")),
        _("已确认收到。"),
        ladder_forms.PlainForm,
        workflow.answer,
        _may_answer,
    ),
    "jump": Act(
        _("直接呼叫某一步"),
        (_("马上呼叫这一步的人，不等计时；再往上从这一步重新计时。"),),
        _("已呼叫。"),
        ladder_forms.JumpForm,
        workflow.jump,
        authority.may_steer,
    ),
    "pause": Act(
        _("暂停升级呼叫"),
        (_("暂时不呼叫下一步，到时自动继续。已经发出的呼叫不收回。"),),
        _("已暂停，到时自动继续。"),
        ladder_forms.PauseForm,
        workflow.pause,
        authority.may_steer,
    ),
    "resume": Act(
        _("继续升级呼叫"),
        (_("计时从暂停的地方接着走。"),),
        _("已继续。"),
        ladder_forms.LadderForm,
        workflow.resume,
        authority.may_steer,
    ),
    "call-in": Act(
        _("点名叫人"),
        (_("马上呼叫这个人；本人确认收到，升级呼叫也会停止。"),),
        _("已呼叫。"),
        ladder_forms.CallInForm,
        workflow.call_in,
        authority.may_steer,
        needs_climb=False,
    ),
    "reached": Act(
        _("电话已通知到"),
        (_("算作本人确认收到，并写明是您登记的。"),),
        _("已登记。"),
        ladder_forms.ReachedForm,
        workflow.note_reached,
        authority.is_employee,
    ),
}


@login_required
@require_safe
def panel(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """The part that the incident's page fetches again; without JavaScript a page of its own."""
    incident = _incident(incident_pk)
    context = {
        "incident": incident,
        "ladder": Ladder(incident, request.user),
        "by_hand": by_hand(incident),
    }
    template = "notices/_ladder.html" if request.htmx else "notices/ladder.html"
    return render(request, template, context)


@login_required
@require_http_methods(["GET", "POST"])
def verb(request: StaffRequest, incident_pk: int, verb: str) -> HttpResponse:
    """The page of one verb: what it will do, its form, and why it was refused."""
    act = ACTS.get(verb)
    if act is None:
        raise Http404
    incident = _incident(incident_pk)
    if not act.may(incident, request.user):
        raise PermissionDenied(_("您没有「%(verb)s」的权限。") % {"verb": act.title})
    climb = _climb(incident)
    if request.method == "GET":
        initial = {
            name: number
            for name in ("person", "position")
            if (number := number_in(request.GET, name)) is not None
        }
        form = act.form(incident=incident, climb=climb, by=request.user, initial=initial)
        return _sheet(request, incident, verb, form, climb)
    form = act.form(request.POST, incident=incident, climb=climb, by=request.user)
    if not form.is_valid():
        return _sheet(request, incident, verb, form, climb, status=422)
    try:
        act.do(incident.pk, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        return _refused(request, incident, verb, form, refusal)
    messages.success(request, str(act.done))
    return redirect(f"{incident.get_absolute_url()}#ladder")


def _refused(
    request: StaffRequest, incident: Incident, verb: str, form: Any, refusal: Refusal
) -> HttpResponse:
    climb = _climb(incident)
    if not isinstance(refusal, Conflict):
        for name, sentence in refusal.fields.items():
            form.add_error(name if name in form.fields else None, str(sentence))
        if not form.errors:
            form.add_error(None, refusal.sentence)
        return _sheet(request, incident, verb, form, climb, status=refusal.status)
    again = request.POST.copy()
    again["version"] = str(climb.version) if climb is not None else ""
    form = ACTS[verb].form(again, incident=incident, climb=climb, by=request.user)
    return _sheet(
        request, incident, verb, form, climb, status=refusal.status, conflict=refusal.sentence
    )


def _sheet(
    request: StaffRequest,
    incident: Incident,
    verb: str,
    form: Any,
    climb: Climb | None,
    status: int = 200,
    conflict: Any = "",
) -> HttpResponse:
    act = ACTS[verb]
    is_possible = climb is not None or not act.needs_climb
    if not is_possible and not conflict:
        status, conflict = 409, _("升级呼叫已经停止。")
    context = {
        "act": act,
        "incident": incident,
        "form": form,
        "climb": climb,
        "is_possible": is_possible,
        "conflict": conflict,
        "changes": changes_since(incident.stream, None) if conflict else [],
    }
    return render(request, "notices/ladder_verb.html", context, status=status)


def _incident(pk: int) -> Incident:
    return get_object_or_404(Incident.objects.select_related("grade", "plan"), pk=pk)


def _climb(incident: Incident) -> Climb | None:
    climb = Climb.objects.active().filter(incident=incident).first()
    if climb is not None:
        climb.incident = incident
    return climb
