"""Each verb's page: what will happen and to whom, the form, and the answer when it is refused."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.refusals import Conflict, NotAllowed, Refusal
from journal.since import changes_since
from plans import publication, workflow
from plans.forms import AnswerForm, CommentForm, VerbForm
from plans.models import Comment, PlanVersion
from plans.pages import PlanPage
from plans.views.doors import DOORS, is_open, label_of, may
from plans.views.reading import version_page
from teams.forms.asking import kept, put_errors, reopened
from teams.requests import StaffRequest

# Where the new draft, or the version that was put in force, is seen.
_LEADS_TO = {"draft": "plans:edit", "roll_back": "plans:version"}


@login_required
@require_http_methods(["GET", "POST"])
def verb(request: StaffRequest, number: int, verb: str) -> HttpResponse:
    """One verb of one version. The address's converter lets only known verbs in."""
    plan = get_object_or_404(PlanVersion, number=number)
    door = DOORS[verb]
    if not may(verb, plan, request.user):
        raise PermissionDenied(_("您没有「%(verb)s」的权限。") % {"verb": label_of(verb, plan)})
    if request.method == "GET":
        in_force = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
        seen = {"in_force": in_force and in_force.number}
        return _sheet(request, plan, verb, door.form(plan=plan, initial=seen))
    form = door.form(request.POST, plan=plan)
    if not form.is_valid():
        return _sheet(request, plan, verb, form, status=422)
    try:
        done = door.do(number, by=request.user, **form.facts())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _refused(request, plan, verb, form, refusal)
    messages.success(request, _("%(verb)s：已办。") % {"verb": label_of(verb, plan)})
    if verb in _LEADS_TO:
        return redirect(_LEADS_TO[verb], done.number)
    return redirect("plans:readers" if verb == "remind" else "plans:version", number)


def _sheet(
    request: StaffRequest,
    plan: PlanVersion,
    name: str,
    form: VerbForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    door = DOORS[name]
    in_time = is_open(name, plan, request.user)
    label = label_of(name, plan)
    if not in_time and "conflict" not in more:
        status = 409
        more["conflict"] = _("现在是「%(state)s」，不能再「%(verb)s」。") % {
            "state": plan.get_status_display(),
            "verb": label,
        }
        more["changes"] = changes_since(plan.stream, None)
    context = {
        "plan": plan,
        "page": PlanPage(plan, request.user),
        "verb": name,
        "label": label,
        "form": form,
        "happens": door.happens,
        "conditions": shaped(publication.conditions(door.gate, plan)) if door.gate else [],
        "in_time": in_time,
    }
    return render(request, "plans/verb.html", context | more, status=status)


def _refused(
    request: StaffRequest, plan: PlanVersion, name: str, form: VerbForm, refusal: Refusal
) -> HttpResponse:
    plan.refresh_from_db()
    if not isinstance(refusal, Conflict):
        put_errors(form, refusal)
        # What belongs to no field of this form is told in full: faults of the whole version, each
        # with its place in it, and what a gate still wants, whose keys are no words.
        gate = publication.conditions(DOORS[name].gate, plan) if DOORS[name].gate else []
        keys = {condition.key for condition in gate}
        faults = [
            sentence if where in keys else f"{where}：{sentence}"
            for where, sentence in refusal.fields.items()
            if where not in form.fields
        ]
        return _sheet(request, plan, name, form, status=refusal.status, faults=faults)
    seen = form.cleaned_data.get("version")
    return _sheet(
        request,
        plan,
        name,
        reopened(form, plan.version),
        status=409,
        conflict=str(refusal),
        changes=changes_since(plan.stream, seen),
        kept=kept(form),
    )


def shaped(conditions: list[publication.Condition]) -> list[dict[str, Any]]:
    """Conditions of a gate for parts/gate.html; a waived one says by whom and why."""
    return [
        {
            "words": f"{condition.label}（{condition.waived}）"
            if condition.waived
            else condition.label,
            "met": not condition.open,
            "missing": condition.missing,
            "url": condition.link,
            "mend": _("去办"),
        }
        for condition in conditions
    ]


@login_required
@require_POST
def comment(request: StaffRequest, number: int) -> HttpResponse:
    """Say what one thinks of a clause. Back on the page, at the clause."""
    plan = get_object_or_404(PlanVersion, number=number)
    form = CommentForm(request.POST)
    if not may("comment", plan, request.user):
        raise PermissionDenied(_("审计员只能查看，不能更改。"))
    if not form.is_valid():
        return version_page(request, plan, commenting=form, status=422)
    # What names no part of this version is said of the whole.
    places = PlanPage(plan, request.user).places
    clause = form.cleaned_data["clause"]
    clause = clause if clause in places else ""
    try:
        workflow.comment(
            number,
            by=request.user,
            text=form.cleaned_data["text"],
            clause=clause,
            about=places.get(clause, ""),
        )
    except Refusal as refusal:
        plan.refresh_from_db()
        put_errors(form, refusal)
        return version_page(request, plan, commenting=form, status=refusal.status)
    messages.success(request, _("意见已提交。"))
    return redirect(f"{plan.get_absolute_url()}#{anchor_of(clause)}")


@login_required
@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer a comment: adopted, or why not."""
    said = get_object_or_404(Comment.objects.select_related("plan"), pk=pk)
    if not may("resolve", said.plan, request.user):
        raise PermissionDenied(_("您没有「答复意见」的权限。"))
    form = AnswerForm(request.POST, prefix=f"answer-{pk}")
    if form.is_valid():
        try:
            workflow.resolve(pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_errors(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("意见已答复。"))
            return redirect(f"{said.plan.get_absolute_url()}#comment-{pk}")
    else:
        status = 422
    said.plan.refresh_from_db()
    return version_page(request, said.plan, answering=form, status=status)


def anchor_of(path: str) -> str:
    """The place of a part on a version's page: `sections/3.1` stands at `clause-3.1`."""
    part, _slash, key = path.partition("/")
    if part == "sections" and key:
        return f"clause-{key}"
    return part or "comments"
