"""我的联系方式: everybody keeps their own ways to be reached, and sees who looked at them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.refusals import Conflict, NotAllowed, Refusal
from teams import workflow
from teams.authority import administers, may_edit_contacts
from teams.forms.asking import kept, put_errors, reopened
from teams.forms.contacts import NewContactForm, change_form
from teams.history import history_of
from teams.models import ContactPoint
from teams.requests import StaffRequest

VERBS = {
    "up": lambda pk, by: workflow.move_contact(pk, by=by, up=True),
    "down": lambda pk, by: workflow.move_contact(pk, by=by, up=False),
    "switch_off": lambda pk, by: workflow.switch_contact(pk, by=by, on=False),
    "switch_on": lambda pk, by: workflow.switch_contact(pk, by=by, on=True),
    "remove": lambda pk, by: workflow.remove_contact(pk, by=by),
}


@login_required
@require_http_methods(["GET", "POST"])
def my_contacts(request: StaffRequest) -> HttpResponse:
    """One's own ways in order, with hours and last proof; a POST adds one."""
    if request.method == "GET":
        return _mine(request, NewContactForm())
    if not may_edit_contacts(request.user, request.user):
        raise PermissionDenied(_("审计员只能查看，不能更改。"))
    form = NewContactForm(request.POST)
    if not form.is_valid():
        return _mine(request, form, status=422)
    try:
        point = workflow.add_contact(request.user.pk, by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return _mine(request, form, status=refusal.status)
    messages.success(
        request,
        _("已添加%(kind)s，请发一条测试消息，证实能收到。") % {"kind": point.get_kind_display()},
    )
    return redirect("teams:my_contacts")


def _mine(request: StaffRequest, form: NewContactForm, status: int = 200) -> HttpResponse:
    points = list(request.user.contact_points.all())
    me, _name = request.user.journal_actor
    context = {
        "points": points,
        "form": form,
        "may_edit": may_edit_contacts(request.user, request.user),
        "reaches_off_network": any(point.is_active and point.is_off_network for point in points),
        "looks": history_of(request.user, events="contact.", but=[me, "system"]),
    }
    return render(request, "teams/my_contacts.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def change_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """Another number or other hours for one of one's own ways."""
    point = _own(request, pk)
    if point.kind == ContactPoint.Kind.IN_APP:
        raise Http404
    if not may_edit_contacts(point.person, request.user):
        raise PermissionDenied(_("审计员只能查看，不能更改。"))
    if request.method == "GET":
        return _sheet(request, point, change_form(point))
    form = change_form(point, request.POST)
    if not form.is_valid():
        return _sheet(request, point, form, status=422)
    try:
        workflow.change_contact(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        point.refresh_from_db()
        changes = [{"label": point.get_kind_display(), "new": f"{point.address} {point.hours}"}]
        more = {"conflict": str(refusal), "changes": changes, "kept": kept(form)}
        return _sheet(request, point, reopened(form, point.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, point, form, status=refusal.status)
    messages.success(request, _("联系方式已修改。"))
    return redirect("teams:my_contacts")


@login_required
@require_POST
def contact_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Move, switch or remove one way. A button pressed twice does no harm.

    One's own, or anybody's for administrators; to everybody else others' do not exist.
    """
    if verb not in VERBS:
        raise Http404
    point = get_object_or_404(ContactPoint, pk=pk)
    is_own = point.person_id == request.user.pk
    if not is_own and not administers(request.user):
        raise Http404
    try:
        VERBS[verb](pk, request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("teams:my_contacts") if is_own else redirect("teams:person", point.person_id)


def _own(request: StaffRequest, pk: int) -> ContactPoint:
    return get_object_or_404(
        ContactPoint.objects.select_related("person"), pk=pk, person=request.user
    )


def _sheet(
    request: StaffRequest, point: ContactPoint, form: Any, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"point": point, "form": form}
    return render(request, "teams/change_contact.html", context | more, status=status)
