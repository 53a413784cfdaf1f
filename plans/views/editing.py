"""Writing a draft: its parts one by one, each item on a page of its own, without JavaScript."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.refusals import Conflict, NotAllowed, Refusal
from journal.since import changes_since
from plans import content, editing, form, workflow
from plans.forms import ChangeForm, ExplainForm
from plans.forms.parts import ItemForm, filled
from plans.models import Change, PlanVersion
from plans.names import Directory
from plans.pages import PlanPage, marked_up
from plans.views.doors import is_open, label_of, may
from plans.views.shown import part_shown, parts_shown
from teams.forms.asking import kept, put_errors, reopened
from teams.requests import StaffRequest, number_in, text_in


def _draft(request: StaffRequest, number: int) -> PlanVersion:
    """The version, for somebody who may write drafts."""
    plan = get_object_or_404(PlanVersion, number=number)
    if not may("edit", plan, request.user):
        raise PermissionDenied(_("您没有「修改草稿」的权限。"))
    return plan


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, number: int) -> HttpResponse:
    """The draft at a glance: its parts, what is new in words, the findings behind it."""
    plan = _draft(request, number)
    if request.method == "GET":
        return _desk(request, plan, ExplainForm(plan=plan, initial={"reason": plan.reason}))
    asked = ExplainForm(request.POST, plan=plan)
    if not asked.is_valid():
        return _desk(request, plan, asked, status=422)
    try:
        workflow.explain(number, by=request.user, **asked.facts())
    except Refusal as refusal:
        return _desk(request, plan, *_again(plan, asked, refusal))
    messages.success(request, _("修订说明已保存。"))
    return redirect("plans:edit", number)


def _again(plan: PlanVersion, asked: Any, refusal: Refusal) -> tuple[Any, int, dict[str, Any]]:
    """A refused form as it is shown again: with its errors, or on the newer version."""
    plan.refresh_from_db()
    if not isinstance(refusal, Conflict):
        put_errors(asked, refusal)
        return asked, refusal.status, {}
    seen = asked.cleaned_data.get("version")
    more = {
        "conflict": str(refusal),
        "changes": changes_since(plan.stream, seen),
        "kept": kept(asked),
    }
    return reopened(asked, plan.version), 409, more


def _desk(
    request: StaffRequest,
    plan: PlanVersion,
    asked: ExplainForm,
    status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "plan": plan,
        "page": PlanPage(plan, request.user),
        "form": asked,
        "parts": parts_shown(plan),
        "may_edit": is_open("edit", plan, request.user),
        "buttons": [
            (name, label_of(name, plan))
            for name in ("submit", "discard")
            if is_open(name, plan, request.user)
        ],
    }
    return render(request, "plans/edit.html", context | (more or {}), status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit_part(request: StaffRequest, number: int, part: str) -> HttpResponse:
    """The items of one part; a POST moves one up or down, or removes it."""
    if part in form.OWN:
        return edit_item(request, number, part)
    plan = _draft(request, number)
    if request.method == "GET":
        return _list(request, plan, part)
    place, key = number_in(request.POST, "place"), text_in(request.POST, "key")
    value = content.read_part(plan, part)
    if place is None or not 1 <= place <= len(editing.items_of(value, part, key)):
        sentence = _("这一项已经不在了。")
        return _list(request, plan, part, status=409, conflict=sentence)
    match request.POST.get("do"):
        case "up" | "down" as way:
            value = editing.move(value, part, place, up=way == "up", key=key)
        case "remove":
            value = editing.remove(value, part, place, key=key)
        case _:
            raise Http404
    try:
        workflow.rewrite(
            number, part, value, by=request.user, version=number_in(request.POST, "version")
        )
    except Refusal as refusal:
        plan.refresh_from_db()
        more: dict[str, Any] = {"conflict": str(refusal)}
        if isinstance(refusal, Conflict):
            seen = number_in(request.POST, "version")
            more["changes"] = changes_since(plan.stream, seen)
        return _list(request, plan, part, status=refusal.status, **more)
    return redirect(f"{reverse('plans:edit_part', args=[number, part])}#list-{key or part}")


def _list(
    request: StaffRequest, plan: PlanVersion, part: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "plan": plan,
        "part": part_shown(plan, part),
        "may_edit": is_open("edit", plan, request.user),
    }
    return render(request, "plans/edit_part.html", context | more, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit_item(request: StaffRequest, number: int, part: str) -> HttpResponse:
    """One item, or a new one: `key` names the list, `place` where it stands in it."""
    plan = _draft(request, number)
    key = text_in(request.GET, "key")
    if (part in form.KEYED) != (key in form.KEYED.get(part, ())):
        raise Http404
    names = Directory()
    value = content.read_part(plan, part)
    if request.method == "GET":
        return _item(request, plan, part, key, _opened(request, plan, part, key, value, names))
    asked = ItemForm(request.POST, part=part, names=names)
    if not asked.is_valid():
        return _item(request, plan, part, key, asked, status=422)
    try:
        workflow.rewrite(
            number,
            part,
            _with(asked, part, key, value),
            by=request.user,
            version=asked.cleaned_data["version"],
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        form_again, status, more = _again(plan, asked, refusal)
        if isinstance(refusal, Conflict):
            _find_again(form_again, content.read_part(plan, part), part, key)
        else:
            _point_out(form_again, refusal, part, key)
        return _item(request, plan, part, key, form_again, status=status, **more)
    messages.success(request, _("已保存。"))
    if part in form.OWN:
        return redirect("plans:edit", number)
    return redirect(f"{reverse('plans:edit_part', args=[number, part])}#list-{key or part}")


def _opened(
    request: StaffRequest, plan: PlanVersion, part: str, key: str, value: Any, names: Directory
) -> ItemForm:
    initial: dict[str, Any] = {"version": plan.version, "after": number_in(request.GET, "after")}
    if part in form.OWN:
        return ItemForm(part=part, names=names, initial=initial | filled(part, value))
    place = number_in(request.GET, "place")
    items = editing.items_of(value, part, key)
    if place is not None:
        if not 1 <= place <= len(items):
            raise Http404
        initial |= filled(part, items[place - 1])
        initial |= {"place": place, "mark": editing.mark(items[place - 1])}
    elif part == "sections":
        after = initial["after"] or len(items)
        initial["depth"] = editing.depth(items[after - 1]) if 1 <= after <= len(items) else 1
    elif part == "ladders":
        initial |= {"acknowledgers": 1, "after": 5 if items else 0}
    elif part == "notice_templates":
        initial["emergency"] = _("急诊照常接诊")
    return ItemForm(part=part, names=names, initial=initial)


def _with(asked: ItemForm, part: str, key: str, value: Any) -> Any:
    """The part's value with what the form says in its place."""
    if part in form.OWN:
        return asked.item()
    place = asked.cleaned_data["place"]
    if part == "sections":
        after = asked.cleaned_data["after"] or len(value)
        return editing.put_clause(value, asked.item(), asked.depth, place=place, after=after)
    return editing.put(value, part, asked.item(), key=key, place=place)


def _find_again(asked: Any, value: Any, part: str, key: str) -> None:
    """After somebody was faster: the item may stand elsewhere now, or be another.

    What was typed then goes to where the item is; where it is gone or changed, it is a new one.
    """
    if part in form.OWN or not asked.data.get("place"):
        return
    place = editing.place_of(editing.items_of(value, part, key), asked.data.get("mark", ""))
    asked.data["place"] = "" if place is None else str(place)


def _point_out(asked: Any, refusal: Refusal, part: str, key: str) -> None:
    """This item's faults at their fields: `ladders › 2 › 3 › to › group` is the field `to`."""
    place = asked.cleaned_data.get("place")
    begins = " › ".join(str(step) for step in (part, key, place) if step)
    for where, sentence in refusal.fields.items():
        name = where.removeprefix(begins).strip(" ›").split(" › ")[0]
        if where.startswith(begins) and name in asked.fields and name not in asked.errors:
            asked.add_error(name, sentence)


def _item(
    request: StaffRequest,
    plan: PlanVersion,
    part: str,
    key: str,
    asked: Any,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "plan": plan,
        "part": part_shown(plan, part, only=key),
        "key": key,
        "form": asked,
        "is_new": not asked["place"].value() and part not in form.OWN,
        "may_edit": is_open("edit", plan, request.user),
        "preview": marked_up(str(asked["body"].value() or "")) if part == "sections" else None,
    }
    return render(request, "plans/edit_item.html", context | more, status=status)


@login_required
@require_POST
def preview(request: StaffRequest, number: int) -> HttpResponse:
    """A clause as it will read, while it is written. Writes nothing."""
    _draft(request, number)
    text = request.POST.get("body", "")[:20_000]
    return render(request, "plans/_preview.html", {"html": marked_up(text)})


@login_required
@require_http_methods(["GET", "POST"])
def link_change(request: StaffRequest, number: int) -> HttpResponse:
    """Say why a clause is changed: the finding behind it (row P18)."""
    plan = _draft(request, number)
    clauses = list(PlanPage(plan, request.user).places.items())
    if request.method == "GET":
        seen = {"finding_key": text_in(request.GET, "finding"), "clause": ""}
        return _change(request, plan, ChangeForm(plan=plan, clauses=clauses, initial=seen))
    asked = ChangeForm(request.POST, plan=plan, clauses=clauses)
    if not asked.is_valid():
        return _change(request, plan, asked, status=422)
    try:
        workflow.link_change(number, by=request.user, **asked.facts())
    except Refusal as refusal:
        form_again, status, more = _again(plan, asked, refusal)
        return _change(request, plan, form_again, status=status, **more)
    messages.success(request, _("修订依据已记下。"))
    return redirect(f"{reverse('plans:edit', args=[number])}#changes")


def _change(
    request: StaffRequest, plan: PlanVersion, asked: Any, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"plan": plan, "form": asked, "may_edit": is_open("edit", plan, request.user)}
    return render(request, "plans/change.html", context | more, status=status)


@login_required
@require_POST
def unlink_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a reason back."""
    change = get_object_or_404(Change.objects.select_related("plan"), pk=pk)
    plan = _draft(request, change.plan.number)
    try:
        workflow.unlink_change(pk, by=request.user, version=number_in(request.POST, "version"))
    except Refusal as refusal:
        plan.refresh_from_db()
        again = ExplainForm(plan=plan, initial={"reason": plan.reason})
        more = {"conflict": str(refusal)}
        return _desk(request, plan, again, status=refusal.status, more=more)
    messages.success(request, _("修订依据已删除。"))
    return redirect(f"{reverse('plans:edit', args=[plan.number])}#changes")


@login_required
@require_safe
def drafts(request: StaffRequest) -> HttpResponse:
    """Where a finding goes: the drafts that are open, or how to begin one (row P18)."""
    finding = text_in(request.GET, "finding")
    context = {
        "drafts": PlanVersion.objects.filter(status=PlanVersion.Status.DRAFT),
        "in_force": PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first(),
        "finding": finding,
        "may_draft": may("draft", PlanVersion(), request.user),
    }
    return render(request, "plans/drafts.html", context)
