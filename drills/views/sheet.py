"""评估表 and 演练记录: what evaluators say, what was found, and the record of it all."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from drills import authority, record, workflow
from drills.forms import sheet as forms
from drills.models import Drill, Finding, Verdict
from drills.views.drills import known
from drills.views.shared import of_drill
from incidents.authority import heads_a_group
from incidents.models.state import State
from journal.moving import available
from journal.refusals import Incomplete, NotAllowed, Refusal
from plans.documents.sending import attachment
from teams.forms.asking import put_errors
from teams.requests import StaffRequest


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """The evaluator's sheet, filled in from the journal; who else sees the script reads it."""
    shown = _readable(request, pk)
    if request.method == "GET":
        return _page(request, shown)
    if not authority.evaluates(shown, request.user):
        raise PermissionDenied(_("评估表由这次演练的评估人填写。"))
    acts = list(shown.expected.values_list("pk", flat=True))
    marks = forms.marks_in(request.POST, acts)
    try:
        workflow.judge(pk, by=request.user, marks=marks)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _page(request, shown, refusal=refusal, typed=marks, status=refusal.status)
    messages.success(request, _("评估表已保存。"))
    return redirect("drills:sheet", pk)


@login_required
@require_POST
def find(request: StaffRequest, pk: int) -> HttpResponse:
    """A problem with its corrective action."""
    shown = _readable(request, pk)
    if not _may_find(shown, request.user):
        raise PermissionDenied(_("问题由导调或评估人登记。"))
    form = forms.finding_form(request.POST)
    if not form.is_valid():
        return _page(request, shown, finding=form, status=422)
    try:
        workflow.add_finding(pk, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _page(request, shown, finding=form, status=refusal.status)
    messages.success(request, _("问题已登记。"))
    return redirect(reverse("drills:sheet", args=[pk]) + "#findings")


_FINDING_VERBS = {"remove": workflow.remove_finding, "action": workflow.make_action}


@login_required
@require_POST
def finding_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """A finding is taken out, or becomes an action item of the incident's review."""
    if verb not in _FINDING_VERBS:
        raise Http404
    found = Finding.objects.filter(pk=pk).first()
    shown = _readable(request, found.drill_id if found else 0)
    get_object_or_404(Finding, pk=pk)
    try:
        _FINDING_VERBS[verb](pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _page(request, shown, refusal=refusal, status=refusal.status)
    messages.success(request, _("已办。"))
    return redirect(reverse("drills:sheet", args=[shown.pk]) + "#findings")


@login_required
@require_POST
def evaluate(request: StaffRequest, pk: int) -> HttpResponse:
    """The evaluation is done."""
    shown = _readable(request, pk)
    if not authority.evaluates(shown, request.user):
        raise PermissionDenied(_("评估表由这次演练的评估人填写。"))
    form = forms.SummaryForm(shown, request.POST)
    if not form.is_valid():
        return _page(request, shown, summary=form, status=422)
    try:
        workflow.evaluate_drill(pk, by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return _page(request, shown, summary=form, status=refusal.status)
    messages.success(request, _("评估已完成，演练记录可以打印。"))
    return redirect("drills:record", pk)


@login_required
@require_safe
def drill_record(request: StaffRequest, pk: int) -> HttpResponse:
    """演练记录, for everybody who took part once it is over."""
    shown = _over(request, pk)
    context = of_drill(request, shown) | record.shown(record.compose(shown))
    return render(request, "drills/record.html", context)


@login_required
@require_safe
def record_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    shown = _over(request, pk)
    data = record.pdf(record.compose(shown), settings.HOSPITAL_NAME)
    return attachment(data, f"{_('演练记录')} {shown.name}.pdf")


def _over(request: StaffRequest, pk: int) -> Drill:
    shown = known(request, pk)
    if shown.ended_at is None and not authority.sees_script(shown, request.user):
        raise PermissionDenied(_("演练结束后才能看演练记录。"))
    return shown


def _readable(request: StaffRequest, pk: int) -> Drill:
    shown = known(request, pk)
    if not authority.sees_script(shown, request.user):
        raise PermissionDenied(_("评估表只有导调和评估人能看。"))
    return shown


def _may_find(drill: Drill, person: Any) -> bool:
    return authority.controls(drill, person) or authority.evaluates(drill, person)


def _may_act(drill: Drill, person: Any) -> bool:
    """May this person make action items of findings: in the review of the drill's incident?"""
    main = drill.main
    return main is not None and main.state == State.REVIEWING and heads_a_group(main, person)


def _page(
    request: StaffRequest,
    shown: Drill,
    *,
    refusal: Refusal | None = None,
    typed: dict[int, tuple[str, str]] | None = None,
    finding: Any = None,
    summary: Any = None,
    status: int = 200,
) -> HttpResponse:
    whole = record.compose(shown)
    evaluates = authority.evaluates(shown, request.user)
    is_open = shown.is_under_way or shown.state == Drill.State.ENDED
    wrong = refusal.fields if isinstance(refusal, Incomplete) else {}
    rows = []
    for item in whole.items:
        key = item.happened.act.pk
        mine = item.verdicts.get(request.user.pk)
        mark, why = (typed or {}).get(
            key, (mine.mark, mine.explanation) if mine else (item.happened.mark, "")
        )
        rows.append({"item": item, "mark": mark, "why": why, "wrong": wrong.get(f"why_{key}", "")})
    context = of_drill(request, shown) | record.shown(whole)
    context |= {
        "rows": rows,
        "marks": Verdict.Mark.choices,
        "may_judge": evaluates and is_open,
        "may_find": _may_find(shown, request.user) and is_open,
        "may_evaluate": "evaluate" in available(shown, request.user),
        "finding": finding or forms.finding_form(),
        "summary": summary or forms.SummaryForm(shown),
        "refused": str(refusal) if refusal else "",
        "may_act": _may_act(shown, request.user),
    }
    return render(request, "drills/sheet.html", context, status=status)
