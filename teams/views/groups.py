"""Response groups: who leads now and why, who belongs to them; administrators change them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.refusals import Conflict, NotAllowed, Refusal
from teams import workflow
from teams.authority import administers, oversees
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.forms.groups import DissolveForm, GroupForm, SeatsForm, change_form
from teams.history import history_of
from teams.models import Membership, ResponseGroup
from teams.requests import StaffRequest, number_in
from teams.selectors.groups import shown_group, shown_groups
from teams.views.administering import insist_administers


@login_required
@require_safe
def groups(request: StaffRequest) -> HttpResponse:
    """Every group, with who leads it now and why."""
    shown = shown_groups(timezone.now())
    context = {
        "shown": [each for each in shown if each.group.is_active],
        "dissolved": [each.group for each in shown if not each.group.is_active],
        "may_change": administers(request.user),
        "oversees": oversees(request.user),
    }
    return render(request, "teams/groups.html", context)


@login_required
@require_safe
def group(request: StaffRequest, pk: int) -> HttpResponse:
    """One group: succession, people, rosters."""
    return _page(request, pk)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """A group of the hospital's own."""
    insist_administers(request)
    form = GroupForm(request.POST or None)
    if request.method == "GET":
        return _form(request, GroupForm())
    if not form.is_valid():
        return _form(request, form, status=422)
    said = form.facts()
    said.pop("version")
    try:
        made = workflow.add_group(by=request.user, **said)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _form(request, form, status=refusal.status)
    messages.success(request, _("已建立「%(name)s」，现在请安排组长和成员。") % {"name": made})
    return redirect("teams:seat_group", made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Name and duty."""
    insist_administers(request)
    shown = _known(pk)
    form = change_form(shown, request.POST or None)
    if request.method == "GET":
        return _form(request, change_form(shown), group=shown)
    if not form.is_valid():
        return _form(request, form, group=shown, status=422)
    try:
        workflow.change_group(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = _known(pk)
        more = {"conflict": str(refusal), "changes": as_it_is(form, now), "kept": kept(form)}
        return _form(request, reopened(form, now.version), group=now, status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _form(request, form, group=shown, status=refusal.status)
    messages.success(request, _("小组已保存。"))
    return redirect("teams:group", pk)


@login_required
@require_http_methods(["GET", "POST"])
def seat(request: StaffRequest, pk: int) -> HttpResponse:
    """Head, deputies in order, members, on one form."""
    insist_administers(request)
    shown = _known(pk)
    if request.method == "GET":
        return _seats(request, shown, SeatsForm(shown, _memberships(pk)))
    form = SeatsForm(shown, _memberships(pk), request.POST)
    stale = number_in(request.POST, "version")
    try:
        if not form.is_valid() and stale == shown.version:
            return _seats(request, shown, form, status=422)
        workflow.seat_group(
            pk,
            by=request.user,
            version=stale,
            seats=form.seats() if form.is_valid() else [],
            reason=form.cleaned_data.get("reason", ""),
        )
    except Conflict as refusal:
        now = _known(pk)
        fresh = SeatsForm(now, _memberships(pk))
        changes = [
            {"label": each.get_part_display(), "new": str(each.person)}
            for each in fresh.memberships
        ]
        more = {"conflict": str(refusal), "changes": changes, "kept": form.kept()}
        return _seats(request, now, fresh, status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _seats(request, shown, form, status=refusal.status)
    messages.success(request, _("组长和成员已保存。"))
    return redirect("teams:group", pk)


@login_required
@require_POST
def group_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Dissolve a group of the hospital's own, or bring it back."""
    insist_administers(request)
    if verb not in ("switch_off", "switch_on"):
        raise Http404
    _known(pk)
    form = DissolveForm(request.POST, auto_id="off-%s")
    if verb == "switch_off" and not form.is_valid():
        return _page(request, pk, status=422, off_form=form)
    reason = form.cleaned_data.get("reason", "") if form.is_valid() else ""
    try:
        workflow.switch_group(
            pk,
            by=request.user,
            version=number_in(request.POST, "version"),
            on=verb == "switch_on",
            reason=reason,
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return _page(request, pk, status=refusal.status, refused=str(refusal))
    messages.success(request, _("小组已启用。") if verb == "switch_on" else _("小组已停用。"))
    return redirect("teams:group", pk)


def _known(pk: int) -> ResponseGroup:
    return get_object_or_404(ResponseGroup, pk=pk)


def _memberships(pk: int) -> list[Membership]:
    return list(Membership.objects.filter(group=pk).select_related("person"))


def _page(request: StaffRequest, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    try:
        shown = shown_group(pk, timezone.now())
    except ResponseGroup.DoesNotExist:
        raise Http404 from None
    context: dict[str, Any] = {
        "shown": shown,
        "group": shown.group,
        "head": shown.parts[Membership.Part.HEAD],
        "deputies": shown.parts[Membership.Part.DEPUTY],
        "members": shown.parts[Membership.Part.MEMBER],
        "oversees": oversees(request.user),
        "may_change": administers(request.user),
    }
    if context["oversees"]:
        context["history"] = history_of(shown.group)
    if context["may_change"]:
        context["off_form"] = DissolveForm(
            initial={"version": shown.group.version}, auto_id="off-%s"
        )
    return render(request, "teams/group.html", context | more, status=status)


def _form(
    request: StaffRequest,
    form: GroupForm,
    *,
    group: ResponseGroup | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "group": group} | more
    return render(request, "teams/change_group.html", context, status=status)


def _seats(
    request: StaffRequest, group: ResponseGroup, form: SeatsForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "group": group, "rows": form.rows(), "new_rows": form.new_rows()}
    return render(request, "teams/seat_group.html", context | more, status=status)
