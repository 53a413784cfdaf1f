"""Pages of action items: all of them, one of them, its verbs, its files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from journal import keeping
from journal.models import Entry
from journal.refusals import Conflict, NotAllowed, Refusal
from journal.telling import label_of, sentence_of
from reviews import action_forms, actions, authority, closing, proofs, workflow
from reviews.models import ActionFile, ActionItem, Review
from teams.forms.asking import kept, put_errors, reopened
from teams.models import Person
from teams.requests import StaffRequest, number_in
from teams.sheets.sending import attachment

ON_A_PAGE = 50


@dataclass(frozen=True)
class Deed:
    """A verb of an item: its words, form, verb, who may, and what is said afterwards."""

    label: Promise
    form: Callable[..., Any]
    do: Callable[..., Any]
    may: Callable[[ActionItem, Person], bool]
    done: Promise


DEEDS = {
    "finish": Deed(
        _("报告完成"),
        action_forms.FinishForm,
        workflow.finish_action,
        authority.may_finish,
        _("整改项已办结。"),
    ),
    "attach": Deed(
        _("加凭证文件"),
        action_forms.AttachForm,
        workflow.attach_to_action,
        authority.may_finish,
        _("文件已保存，SHA-256 已写入日志。"),
    ),
    "hand_over": Deed(
        _("换责任人"),
        action_forms.HandOverForm,
        workflow.hand_over_action,
        authority.may_hand_over,
        _("责任人已更换，会通知新的责任人。"),
    ),
    "postpone": Deed(
        _("改完成日期"),
        action_forms.PostponeForm,
        workflow.postpone_action,
        authority.heads,
        _("完成日期已改。"),
    ),
    "waive": Deed(
        _("免去这条要求"),
        action_forms.WaiveForm,
        workflow.waive_demand,
        authority.may_waive,
        _("要求已免去，署上了您的名字。"),
    ),
}


@login_required
@require_safe
def action_list(request: StaffRequest) -> HttpResponse:
    """整改项 of all received reports, what is overdue first; `format` xlsx or csv: a file."""
    form = action_forms.ChooseForm(request.GET)
    asked = form.asked()
    rows = actions.chosen(asked, request.user)
    wanted = request.GET.get("format", "")
    if wanted in ("xlsx", "csv"):
        return attachment(f"actions-{timezone.localdate()}", [actions.sheet(rows)], wanted)
    today = timezone.localdate()
    page_of = Paginator(rows, ON_A_PAGE).get_page(number_in(request.GET, "page") or 1)
    others = request.GET.copy()
    for name in ("format", "page"):
        others.pop(name, None)
    context = {
        "form": form,
        "asked": asked,
        "page_of": page_of,
        "rows": [
            {
                "item": action,
                "state": actions.state_words(action, today),
                "is_overdue": action.done_at is None and action.due_on < today,
                "is_mine": action.person_id == request.user.pk,
            }
            for action in page_of
        ],
        "query": others.urlencode(),
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "reviews/action_list.html", context)


@login_required
@require_safe
def action(request: StaffRequest, pk: int) -> HttpResponse:
    """One item: what was promised, what it must still show, what has been done for it."""
    return _page(request, _item(pk))


@login_required
@require_POST
def action_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """One verb of an item; a refusal shows the page again with what was typed."""
    deed = DEEDS.get(verb)
    if deed is None:
        raise Http404
    item = _item(pk)
    form = deed.form(
        request.POST, request.FILES, action=item, by=request.user, auto_id=f"{verb}-%s"
    )
    if not deed.may(item, request.user):
        raise PermissionDenied(_("您没有「%(verb)s」的权限。") % {"verb": deed.label})
    if not form.is_valid():
        return _page(request, item, verb=verb, form=form, status=422)
    try:
        deed.do(pk, by=request.user, **form.cleaned_data)
    except NotAllowed as refused:
        raise PermissionDenied(refused.sentence) from refused
    except Conflict as refused:
        return _page(request, _item(pk), verb=verb, form=form, refused=refused, status=409)
    except Refusal as refused:
        put_errors(form, refused)
        return _page(request, item, verb=verb, form=form, status=refused.status)
    messages.success(request, str(deed.done))
    return redirect("reviews:action", pk)


@login_required
@require_safe
def action_file(request: StaffRequest, pk: int, file: int) -> FileResponse:
    """A file of the item, as a download, for everybody who sees the item."""
    found = get_object_or_404(ActionFile, pk=file, action=pk)
    return keeping.send(found.path, name=found.name, kind=found.kind)


def _item(pk: int) -> ActionItem:
    return get_object_or_404(
        ActionItem.objects.select_related("department", "person", "done_by", "review__incident"),
        pk=pk,
    )


def _page(
    request: StaffRequest,
    item: ActionItem,
    *,
    verb: str = "",
    form: Any = None,
    refused: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    is_open = item.done_at is None and item.review.state == Review.State.RECEIVED
    offered = {
        name: deed for name, deed in DEEDS.items() if is_open and deed.may(item, request.user)
    }
    points = closing.points(item)
    deeds: list[dict[str, Any]] = []
    for name, deed in offered.items():
        if name == "waive":
            continue
        shown = deed.form(action=item, by=request.user, auto_id=f"{name}-%s")
        if name == verb and form is not None:
            shown = reopened(form, item.version) if refused else form
        deeds.append({"name": name, "label": deed.label, "form": shown, "is_tried": name == verb})
    today = timezone.localdate()
    context: dict[str, Any] = {
        "item": item,
        "incident": item.review.incident,
        "state": actions.state_words(item, today),
        "is_overdue": is_open and item.due_on < today,
        "points": [
            {"point": point, "form": _waiver(request, item, point, verb, form)}
            if "waive" in offered and not point.is_settled
            else {"point": point, "form": None}
            for point in points
        ],
        "is_free": all(point.is_settled for point in points),
        "changes": closing.changes(item),
        "drills": proofs.drills_of(item),
        "trainings": proofs.trainings_of(item),
        "files": item.files.select_related("by"),
        "deeds": deeds,
        "is_open": is_open,
        "history": _history(item),
        "finding": item.finding_key if item.kind == ActionItem.Kind.PLAN else "",
    }
    if refused is not None:
        context |= {"refused": refused.sentence, "kept": kept(form)}
    return render(request, "reviews/action.html", context, status=status)


def _waiver(
    request: StaffRequest, item: ActionItem, point: closing.Point, verb: str, form: Any
) -> Any:
    if verb == "waive" and form is not None and form.data.get("demand") == point.demand:
        return form
    return action_forms.WaiveForm(
        action=item,
        by=request.user,
        auto_id=f"waive-{point.demand}-%s",
        initial={"demand": point.demand},
    )


def _history(item: ActionItem) -> list[dict[str, Any]]:
    """What the journal says of the item, newest first."""
    entries = Entry.objects.of(item.review.incident.stream).filter(
        event__startswith="review.", facts__action=item.pk
    )
    return [
        {
            "at": entry.at,
            "who": entry.actor_name,
            "label": label_of(entry.event),
            "sentence": sentence_of(entry.event, entry.facts),
        }
        for entry in entries.order_by("-seq")
    ]
