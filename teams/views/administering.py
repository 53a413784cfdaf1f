"""What administrators do with accounts: add, change, switch off and on, hand over passwords."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from journal.refusals import Conflict, NotAllowed, Refusal
from teams import workflow
from teams.authority import administers
from teams.forms.asking import as_it_is, kept, put_errors, reopened
from teams.forms.contacts import NewContactForm
from teams.forms.people import NewPersonForm, ReasonForm, change_form
from teams.models import Person
from teams.requests import StaffRequest
from teams.views.people import known, person_page


def insist_administers(request: StaffRequest) -> None:
    if not administers(request.user):
        raise PermissionDenied(_("人员、科室和小组由管理员维护。"))


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """A new account; afterwards the first password, shown once."""
    insist_administers(request)
    form = NewPersonForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _new(request, form, status=200 if request.method == "GET" else 422)
    try:
        person, password = workflow.add_person(by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return _new(request, form, status=refusal.status)
    return _handed_over(request, person, password)


def _new(request: StaffRequest, form: NewPersonForm, status: int) -> HttpResponse:
    return render(request, "teams/new_person.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Name, duty, department, extension, roles and skills."""
    insist_administers(request)
    person = known(pk)
    if request.method == "GET":
        return _sheet(request, person, change_form(person))
    form = change_form(person, request.POST)
    if not form.is_valid():
        return _sheet(request, person, form, status=422)
    try:
        workflow.change_person(pk, by=request.user, **form.facts())
    except Conflict as refusal:
        now = known(pk)
        more = {"conflict": str(refusal), "changes": as_it_is(form, now), "kept": kept(form)}
        return _sheet(request, now, reopened(form, now.version), status=409, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _sheet(request, person, form, status=refusal.status)
    messages.success(request, _("%(name)s的资料已保存。") % {"name": form.cleaned_data["name"]})
    return redirect("teams:person", pk)


def _sheet(
    request: StaffRequest, person: Person, form: Any, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"shown": person, "form": form} | more
    return render(request, "teams/change_person.html", context, status=status)


@login_required
@require_POST
def person_verb(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Switch an account off or on, give a new password, add a way to be reached for them."""
    insist_administers(request)
    if verb not in _VERBS:
        raise Http404
    person = known(pk)
    try:
        return _VERBS[verb](request, person)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return person_page(request, known(pk), status=refusal.status, refused=str(refusal))


def _switch_off(request: StaffRequest, person: Person) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="off-%s")
    if not form.is_valid():
        return person_page(request, person, status=422, off_form=form)
    workflow.switch_off_person(person.pk, by=request.user, **form.facts())
    messages.success(request, _("%(name)s的账号已停用，已在所有设备上退出。") % {"name": person})
    return redirect("teams:person", person.pk)


def _switch_on(request: StaffRequest, person: Person) -> HttpResponse:
    version = _version(request)
    person, password = workflow.switch_on_person(person.pk, by=request.user, version=version)
    return _handed_over(request, person, password)


def _new_password(request: StaffRequest, person: Person) -> HttpResponse:
    version = _version(request)
    person, password = workflow.give_new_password(person.pk, by=request.user, version=version)
    return _handed_over(request, person, password)


def _add_contact(request: StaffRequest, person: Person) -> HttpResponse:
    form = NewContactForm(request.POST, auto_id="contact-%s")
    if not form.is_valid():
        return person_page(request, person, status=422, contact_form=form)
    try:
        workflow.add_contact(person.pk, by=request.user, **form.facts())
    except Refusal as refusal:
        put_errors(form, refusal)
        return person_page(request, person, status=refusal.status, contact_form=form)
    messages.success(request, _("已替%(name)s添加联系方式，本人看得到。") % {"name": person})
    return redirect("teams:person", person.pk)


_VERBS: dict[str, Callable[[StaffRequest, Person], HttpResponse]] = {
    "switch_off": _switch_off,
    "switch_on": _switch_on,
    "new_password": _new_password,
    "add_contact": _add_contact,
}


def _version(request: StaffRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) <= 9 else None


def _handed_over(request: StaffRequest, person: Person, password: str) -> HttpResponse:
    """The first password, on this one answer and nowhere else."""
    context = {"shown": person, "password": password}
    response = render(request, "teams/first_password.html", context)
    response["Cache-Control"] = "no-store"
    return response
