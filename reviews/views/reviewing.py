"""Pages of the review. They read; every change is a verb of `reviews.workflow`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from incidents.models import Incident
from incidents.models.state import State
from inventory.labels import absolute
from journal.moving import available
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews import (
    authority,
    cause_forms,
    forms,
    meeting_forms,
    meetings,
    printed,
    selectors,
    workflow,
)
from reviews.collected import collected
from reviews.models import Review
from teams.appointments import CONTENT_TYPE
from teams.models import Person
from teams.requests import StaffRequest, number_in, text_in


@dataclass(frozen=True)
class Act:
    """A verb of the page: its form, the verb, what is said afterwards, and its section.

    `machine` is the machine's name for it, where it is not the verb's own.
    """

    form: Callable[..., django_forms.Form]
    do: Callable[..., Any]
    done: Promise
    section: str
    machine: str = ""


ACTS = {
    "call_meeting": Act(
        meeting_forms.CallForm,
        workflow.call_meeting,
        _("会议已召集，会通知被邀请的人。"),
        "meeting",
    ),
    "cancel_meeting": Act(
        meeting_forms.CancelForm,
        workflow.cancel_meeting,
        _("会议已取消，会通知被邀请的人。"),
        "meeting",
    ),
    "answer_meeting": Act(
        meeting_forms.AnswerForm, workflow.answer_meeting, _("答复已记下。"), "meeting"
    ),
    "sign_attendance": Act(
        meeting_forms.SignForm, workflow.sign_attendance, _("已签到。"), "meeting"
    ),
    "note_attendance": Act(
        meeting_forms.NoteForm, workflow.note_attendance, _("出席已代记。"), "meeting"
    ),
    "write_minutes": Act(
        meeting_forms.MinutesForm, workflow.write_minutes, _("会议纪要已保存。"), "meeting"
    ),
    "record_meeting": Act(forms.MeetingForm, workflow.record_meeting, _("会议已记录。"), "meeting"),
    "record_findings": Act(
        forms.FindingsForm, workflow.record_findings, _("原因与评价已保存。"), "findings"
    ),
    "add_why": Act(
        cause_forms.AddWhyForm, workflow.add_why, _("原因已写上。"), "causes", "ask_why"
    ),
    "change_why": Act(
        cause_forms.ChangeWhyForm, workflow.change_why, _("原因已修改。"), "causes", "ask_why"
    ),
    "remove_why": Act(
        cause_forms.RemoveWhyForm, workflow.remove_why, _("原因已删除。"), "causes", "ask_why"
    ),
    "evaluate": Act(cause_forms.EvaluateForm, workflow.evaluate, _("评价已保存。"), "evaluation"),
    "add_action": Act(forms.ActionForm, workflow.add_action, _("整改项已添加。"), "actions"),
    "remove_action": Act(forms.RemoveForm, workflow.remove_action, _("整改项已删除。"), "actions"),
    "decline_actions": Act(
        forms.DeclineForm, workflow.decline_actions, _("已写明无需整改的理由。"), "actions"
    ),
    "submit": Act(forms.VerbForm, workflow.submit, _("报告已提交领导小组。"), "report"),
    "return_report": Act(
        forms.ReturnForm, workflow.return_report, _("报告已退回，理由已写上。"), "report"
    ),
    "receive": Act(forms.ReceiveForm, workflow.receive, _("报告已接收，事件已归档。"), "report"),
}


@login_required
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """评估: reviews in work, open measures, archived reports with search."""
    context = selectors.board(
        request.user,
        search=text_in(request.GET, "q").strip()[:100],
        page=number_in(request.GET, "page") or 1,
    )
    return render(request, "reviews/list.html", context)


@login_required
@require_safe
def detail(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """The review of one incident, with what is missing for its submission."""
    return _page(request, _incident(incident_pk))


@login_required
@require_safe
def panel(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """The part that the incident's page shows of its review."""
    incident = _incident(incident_pk)
    review = selectors.review_of(incident)
    shown = selectors.detail(review) if review else {}
    context = shown | {"incident": incident, "review": review}
    return render(request, "reviews/_panel.html", context)


@login_required
@require_safe
def awaiting(request: StaffRequest) -> HttpResponse:
    """The part of the commander's page with the reports that wait for this person; often empty."""
    return render(request, "reviews/_awaiting.html", {"reviews": selectors.awaiting(request.user)})


@login_required
@require_safe
def meeting_calendar(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """The review meeting as a file for one's own calendar."""
    review = selectors.review_of(_incident(incident_pk))
    if review is None:
        raise Http404
    try:
        content = meetings.calendar_of(review, absolute(request, meetings.page_of(review)))
    except Review.DoesNotExist as missing:
        raise Http404 from missing
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="review-{incident_pk}.ics"'
    return response


@login_required
@require_safe
def report(request: StaffRequest, incident_pk: int) -> HttpResponse:
    """The written report for print: frozen since its submission, else the draft as it stands."""
    incident = _incident(incident_pk)
    review = selectors.review_of(incident)
    if review is None:
        raise Http404
    return render(request, "reviews/report.html", printed.sheet(review) | {"incident": incident})


@login_required
@require_POST
def verb(request: StaffRequest, incident_pk: int, verb: str) -> HttpResponse:
    """One verb of the review; a refusal shows the page again with what was typed."""
    act = ACTS.get(verb)
    if act is None:
        raise Http404
    incident = _incident(incident_pk)
    review = _opened(incident)
    if review is None:
        return _page(request, incident, status=409)
    form = act.form(request.POST, review=review, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return _page(request, incident, verb=verb, form=form, status=422)
    try:
        act.do(incident.pk, by=request.user, **form.cleaned_data)
    except NotAllowed as refused:
        raise PermissionDenied(refused.sentence) from refused
    except Incomplete as refused:
        _show(form, refused)
        return _page(request, incident, verb=verb, form=form, status=422)
    except Conflict as refused:
        return _page(request, incident, verb=verb, form=form, refused=refused, status=409)
    messages.success(request, str(act.done))
    return redirect(f"{reverse('reviews:detail', args=[incident.pk])}#{act.section}")


def _incident(pk: int) -> Incident:
    return get_object_or_404(Incident.objects.select_related("grade", "plan", "reporter"), pk=pk)


def _opened(incident: Incident) -> Any:
    """The review; opened now where the relay has not come to it yet. None before its time."""
    review = selectors.review_of(incident)
    if review is None and incident.state == State.REVIEWING:
        workflow.open_review(incident.pk)
        review = selectors.review_of(incident)
    return review


def _page(
    request: StaffRequest,
    incident: Incident,
    *,
    verb: str = "",
    form: Any = None,
    refused: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    if refused is not None:
        incident = _incident(incident.pk)
    review = _opened(incident)
    context: dict[str, Any] = {"incident": incident, "review": review, "tried": verb}
    if review is not None:
        may = _offered(review, request.user)
        context |= selectors.detail(review)
        context |= {
            "collected": collected(review),
            "meeting": meetings.meeting(review, request.user),
            "may": may,
            "forms": {name: _empty(request, review, name) for name in may},
        }
        if form is not None and verb in may:
            context["forms"][verb] = _again(form, review.version if refused else None)
    if refused is not None:
        context |= {
            "refused": refused.sentence,
            "kept": _typed(form),
            "changes": _new(form, review),
        }
    return render(request, "reviews/detail.html", context, status=status)


def _offered(review: Review, person: Person) -> list[str]:
    """The verbs of the page that this person may do now."""
    offered = {*available(review, person)}
    if review.submitted_by_id == person.pk:
        offered.discard("receive")
    if review.state == Review.State.DRAFT:
        if authority.is_concerned(review, person):
            offered.add("evaluate")
        offered -= {"call_meeting", "cancel_meeting"}
        offered |= {*meetings.offered(review, person)}
    return [name for name, act in ACTS.items() if (act.machine or name) in offered]


def _empty(request: StaffRequest, review: Review, name: str) -> Any:
    """The form of a verb before anything is typed. `?under=` and `?why=` say which cause is meant;
    nothing where a cause is to be changed and none is named."""
    initial: dict[str, Any] = {}
    if name == "add_why":
        initial = {"parent": number_in(request.GET, "under")}
    elif name == "change_why":
        why = review.whys.filter(pk=number_in(request.GET, "why") or 0).first()
        if why is None:
            return None
        initial = model_to_dict(why, ["text", "evidence", "is_root", "kind"]) | {"why": why.pk}
    shown = {"initial": initial} if initial else {}
    return ACTS[name].form(review=review, auto_id=f"{name}-%s", **shown)


def _again(form: Any, version: int | None) -> Any:
    """The form as it was typed. After a conflict it carries the new version: who has seen what
    changed may press again, on purpose."""
    if version is not None:
        form.data = form.data.copy()
        form.data["version"] = version
    return form


def _show(form: Any, refused: Incomplete) -> None:
    for field, sentence in refused.fields.items():
        form.add_error(field if field in form.fields else None, str(sentence))
    if not form.errors:
        form.add_error(None, str(refused.sentence))


def _typed(form: Any) -> list[dict[str, str]]:
    """What the person had typed, as text."""
    return [
        {"label": str(field.label), "text": text}
        for field in form.visible_fields()
        if isinstance(field.value(), str) and (text := field.value().strip())
    ]


def _new(form: Any, review: Any) -> list[dict[str, str]]:
    """What the fields with other text hold now."""
    row: Any = None
    if review is not None and isinstance(form, forms.FindingsForm):
        row = review
    elif review is not None and isinstance(form, cause_forms.ChangeWhyForm):
        row = review.whys.filter(pk=form.cleaned_data["why"]).first()
    if row is None:
        return []
    return [
        {"label": str(field.label), "new": now}
        for field in form.visible_fields()
        if isinstance(now := getattr(row, field.name), str) and now and now != field.value()
    ]
