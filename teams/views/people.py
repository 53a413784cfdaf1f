"""People: the list for those who oversee accounts, and everybody's page with their ways."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Func, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import NotAllowed, Refusal
from teams import workflow
from teams.authority import administers, may_reveal, oversees
from teams.forms.asking import put_errors
from teams.forms.contacts import NewContactForm, RevealForm
from teams.forms.people import FindForm, ReasonForm
from teams.history import history_of
from teams.models import ContactPoint, Person
from teams.requests import StaffRequest

ON_A_PAGE = 50


@login_required
@require_safe
def people(request: StaffRequest) -> HttpResponse:
    """Everybody with an account: search, filters, and the way to each page."""
    insist_oversees(request)
    form = FindForm(request.GET)
    page = Paginator(form.found(), ON_A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "asked": asked.urlencode(),
        "skills": _skills(),
        "may_change": administers(request.user),
    }
    return render(request, "teams/people.html", context)


@login_required
@require_safe
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: duty, groups, ways to be reached. Their own numbers are masked."""
    return person_page(request, known(pk))


@login_required
@require_POST
def reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """The same page with the numbers in full, once, for the reason that was given."""
    shown = known(pk)
    form = RevealForm(request.POST, auto_id="reveal-%s")
    if not may_reveal(shown, request.user):
        raise PermissionDenied(_("查看个人号码给信息技术部、领导小组、本科室负责人和管理员使用。"))
    if not form.is_valid():
        return person_page(request, shown, reveal_form=form, status=422)
    try:
        points = workflow.reveal_contacts(pk, by=request.user, reason=form.cleaned_data["reason"])
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        put_errors(form, refusal)
        return person_page(request, shown, reveal_form=form, status=refusal.status)
    return person_page(request, shown, revealed={point.pk for point in points})


def insist_oversees(request: StaffRequest) -> None:
    if not oversees(request.user):
        raise PermissionDenied(_("人员和科室的账号给管理员和审计员使用。找人请看通讯录。"))


def known(pk: int) -> Person:
    return get_object_or_404(Person.objects.select_related("department"), pk=pk)


def person_page(
    request: StaffRequest,
    shown: Person,
    *,
    status: int = 200,
    revealed: set[int] | None = None,
    **more: Any,
) -> HttpResponse:
    """The page of one person as this one may see it; a refused form of theirs comes in `more`."""
    is_own = shown.pk == request.user.pk
    context: dict[str, Any] = {
        "shown": shown,
        "is_own": is_own,
        "memberships": _memberships(shown),
        "points": [_way(point, is_own or point.pk in (revealed or ())) for point in _ways(shown)],
        "revealed": revealed is not None,
        "may_reveal": may_reveal(shown, request.user),
        "reveal_form": RevealForm(auto_id="reveal-%s"),
        "oversees": oversees(request.user),
        "may_change": administers(request.user),
    }
    if context["oversees"]:
        context["history"] = history_of(shown)
    if context["may_change"]:
        context["off_form"] = ReasonForm(initial={"version": shown.version}, auto_id="off-%s")
        context["contact_form"] = NewContactForm(auto_id="contact-%s")
    response = render(request, "teams/person.html", context | more, status=status)
    if revealed is not None:
        response["Cache-Control"] = "no-store"
    return response


def _ways(shown: Person) -> QuerySet[ContactPoint]:
    return shown.contact_points.all()


def _way(point: ContactPoint, in_full: bool) -> dict[str, Any]:
    is_phone = point.kind in (ContactPoint.Kind.PHONE, ContactPoint.Kind.SMS)
    return {
        "point": point,
        "address": point.address if in_full else point.masked,
        "dial": point.dialled if in_full and is_phone else "",
    }


def _memberships(shown: Person) -> Any:
    return shown.memberships.select_related("group").filter(group__is_active=True)


def _skills() -> list[str]:
    """Every skill that somebody has."""
    everybody = Person.objects.filter(is_active=True).order_by()
    found = everybody.annotate(skill=Func("skills", function="unnest"))
    return sorted(set(found.values_list("skill", flat=True)))
