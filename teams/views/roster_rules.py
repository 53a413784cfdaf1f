"""What administrators do with a roster's rules: make one, change it and its shifts, undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.refusals import Conflict, NotAllowed, Refusal
from journal.since import changes_since
from teams import duty_authority as authority
from teams import workflow
from teams.conflicts import ConflictsFound
from teams.forms.asking import kept, put_errors, reopened
from teams.forms.requests import WeighedForm
from teams.forms.rosters import LayerForm, NewRosterForm, RosterForm, seen_layer
from teams.layer_words import described
from teams.models import Membership, Person, Roster
from teams.requests import StaffRequest
from teams.rules import RosterRules, rules_of

# Words of the verbs for fields that the form calls otherwise.
_FIELDS = {"layer": "name", "minutes": "ends"}


@login_required
@require_http_methods(["GET", "POST"])
def new_roster(request: StaffRequest) -> HttpResponse:
    """A roster with its first shift, on one page: an empty one would leave everybody uncovered."""
    _insist_edits(request)
    if request.method == "GET":
        first = LayerForm(prefix="layer", initial={"starts_on": timezone.localdate()})
        return _new(request, NewRosterForm(), first)
    form, layer = NewRosterForm(request.POST), LayerForm(request.POST, prefix="layer")
    if not (form.is_valid() & layer.is_valid()):
        return _new(request, form, layer, status=422)
    try:
        roster = workflow.create_roster(
            by=request.user,
            group=form.cleaned_data["group"],
            rules=form.rules().changed(layers=(layer.layer(),)),
            accept_conflicts=form.cleaned_data["accept_conflicts"],
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        conflicts = _put(form, refusal, layer)
        return _new(request, form, layer, status=refusal.status, conflicts=conflicts)
    messages.success(request, _("已建好值班表「%(name)s」。") % {"name": roster})
    return redirect("teams:roster", roster.pk)


def _new(
    request: StaffRequest, form: NewRosterForm, layer: LayerForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "layer": layer} | more
    return render(request, "teams/new_roster.html", context, status=status)


# The rules --------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def roster_rules(request: StaffRequest, pk: int) -> HttpResponse:
    """The roster's own facts, its shifts with the way to each, and undoing the last change."""
    roster = _roster(request, pk)
    if request.method == "GET":
        return _rules(request, roster)
    form = RosterForm(request.POST)
    if not form.is_valid():
        return _rules(request, roster, form, status=422)

    def change() -> None:
        rules = form.rules(rules_of(roster))
        _change(request, roster, rules, form)

    def refused(**more: Any) -> HttpResponse:
        return _rules(request, **more)

    return _tried(request, roster, form, change, refused, _("值班表已保存。"))


@login_required
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """The rules as they were before the last change that was not undone."""
    roster = _roster(request, pk)
    form = WeighedForm(request.POST, auto_id="undo-%s")
    form.is_valid()

    def do() -> None:
        workflow.undo_roster(pk, by=request.user, **form.facts())

    def refused(**more: Any) -> HttpResponse:
        undoing = more.pop("form")
        return _rules(request, undoing=undoing, **more)

    return _tried(request, roster, form, do, refused, _("已撤销上一次修改。"))


def _rules(
    request: StaffRequest,
    roster: Roster,
    form: RosterForm | None = None,
    status: int = 200,
    undoing: WeighedForm | None = None,
    **more: Any,
) -> HttpResponse:
    rules = rules_of(roster)
    seen = rules.facts | {"version": roster.version}
    context = {
        "roster": roster,
        "form": form or RosterForm(initial=seen),
        "layers": described(rules.layers, _people(rules)),
        "edit": roster.edits.filter(undone_at__isnull=True).select_related("by").first(),
        "undoing": undoing or WeighedForm(initial={"version": roster.version}, auto_id="undo-%s"),
        "here": reverse("teams:roster_rules", args=[roster.pk]),
    }
    return render(request, "teams/roster_rules.html", context | more, status=status)


# One shift --------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def new_layer(request: StaffRequest, pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    if request.method == "GET":
        group = Membership.objects.filter(group=roster.group_id, person__is_active=True)
        people = [each.person for each in group.select_related("person")]
        seen = {"starts_on": timezone.localdate(), "people": people, "version": roster.version}
        return _layer(request, roster, LayerForm(initial=seen))
    form = LayerForm(request.POST)
    if not form.is_valid():
        return _layer(request, roster, form, status=422)

    def change() -> None:
        rules = rules_of(roster)
        _change(request, roster, rules.changed(layers=(*rules.layers, form.layer())), form)

    def refused(**more: Any) -> HttpResponse:
        return _layer(request, **more)

    return _tried(request, roster, form, change, refused, _("班次已保存。"))


@login_required
@require_http_methods(["GET", "POST"])
def layer(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One shift by its number in the roster, counted from 1."""
    roster = _roster(request, pk)
    rules = rules_of(roster)
    if not 1 <= number <= len(rules.layers):
        raise Http404
    if request.method == "GET":
        seen = seen_layer(rules.layers[number - 1], _people(rules))
        form = LayerForm(initial=seen | {"version": roster.version})
        return _layer(request, roster, form, number=number)
    form = LayerForm(request.POST)
    if not form.is_valid():
        return _layer(request, roster, form, number=number, status=422)

    def change() -> None:
        layers = list(rules.layers)
        _insist_same(layers[number - 1].name, form.cleaned_data["seen"])
        layers[number - 1] = form.layer()
        _change(request, roster, rules.changed(layers=tuple(layers)), form)

    def refused(**more: Any) -> HttpResponse:
        return _layer(request, number=number, **more)

    return _tried(request, roster, form, change, refused, _("班次已保存。"))


@login_required
@require_POST
def remove_layer(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """The roster goes without this shift from now on; its past stays."""
    roster = _roster(request, pk)
    rules = rules_of(roster)
    if not 1 <= number <= len(rules.layers):
        raise Http404
    form = WeighedForm(request.POST, auto_id="remove-%s")
    form.is_valid()

    def change() -> None:
        _insist_same(rules.layers[number - 1].name, request.POST.get("seen", ""))
        layers = rules.layers[: number - 1] + rules.layers[number:]
        _change(request, roster, rules.changed(layers=layers), form)

    def refused(**more: Any) -> HttpResponse:
        removing = more.pop("form")
        now = more["roster"]
        # Somebody else may have removed the last shift meanwhile.
        layers = rules_of(now).layers or rules.layers
        shown = layers[min(number, len(layers)) - 1]
        seen = seen_layer(shown, _people(rules)) | {"version": now.version}
        return _layer(
            request, form=LayerForm(initial=seen), number=number, removing=removing, **more
        )

    return _tried(request, roster, form, change, refused, _("班次已删除，过去的班不变。"))


def _layer(
    request: StaffRequest,
    roster: Roster,
    form: LayerForm,
    number: int = 0,
    status: int = 200,
    removing: WeighedForm | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "roster": roster,
        "form": form,
        "number": number,
        "seen": form["seen"].value(),
        "removing": removing
        or WeighedForm(initial={"version": roster.version}, auto_id="remove-%s"),
        "here": reverse("teams:roster_rules", args=[roster.pk]),
    }
    return render(request, "teams/layer.html", context | more, status=status)


# Shared -----------------------------------------------------------------------------------------


def _insist_edits(request: StaffRequest) -> None:
    if not authority.may_edit_rosters(None, request.user):
        raise PermissionDenied(_("值班表由管理员修改。"))


def _roster(request: StaffRequest, pk: int) -> Roster:
    _insist_edits(request)
    return get_object_or_404(Roster.objects.select_related("group"), pk=pk)


def _people(rules: RosterRules) -> dict[int, Person]:
    return Person.objects.in_bulk(rules.people)


def _insist_same(name: str, seen: str) -> None:
    if seen and name != seen:
        raise Conflict(_("这个班次刚被别人改动，请看现在的班次，再改一次。"))


def _change(request: StaffRequest, roster: Roster, rules: RosterRules, form: WeighedForm) -> None:
    workflow.change_roster(
        roster.pk,
        by=request.user,
        rules=rules,
        version=form.cleaned_data["version"],
        accept_conflicts=form.cleaned_data["accept_conflicts"],
    )


def _put(form: WeighedForm, refusal: Refusal, *others: Any) -> list[Any]:
    """Errors at their fields; gives the conflicts that were found, and asks why in spite of it."""
    named = {_FIELDS.get(name, name): said for name, said in refusal.fields.items()}
    refusal.fields = named
    for other in others:
        for name, sentence in named.items():
            if name in other.fields and name not in form.fields:
                other.add_error(name, str(sentence))
    put_errors(form, refusal)
    if not isinstance(refusal, ConflictsFound):
        return []
    form.weigh()
    return refusal.conflicts


def _tried(
    request: StaffRequest,
    roster: Roster,
    form: WeighedForm,
    change: Callable[[], None],
    refused: Callable[..., HttpResponse],
    done: str,
) -> HttpResponse:
    """Do the change and lead to the rules; or show the form again with why it was not done."""
    try:
        change()
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Conflict as refusal:
        now = get_object_or_404(Roster.objects.select_related("group"), pk=roster.pk)
        typed = kept(form)
        return refused(
            roster=now,
            form=reopened(form, now.version),
            status=refusal.status,
            conflict=str(refusal),
            changes=changes_since(roster.stream, None),
            kept=typed,
        )
    except Refusal as refusal:
        conflicts = _put(form, refusal)
        return refused(roster=roster, form=form, status=refusal.status, conflicts=conflicts)
    messages.success(request, done)
    return redirect("teams:roster_rules", roster.pk)
