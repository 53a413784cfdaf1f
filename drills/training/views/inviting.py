"""Whom to invite to a session: those who lack the course first, anybody by department."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from drills.training import authority, covering, workflow
from drills.training.models import TrainingSession
from drills.training.views.sessions import known
from drills.training.views.shared import insist
from journal.refusals import NotAllowed, Refusal
from teams.models import Department, Person
from teams.requests import StaffRequest, number_in

# More than these in one list nobody reads.
MOST = 300
_DIGITS = 18


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: StaffRequest, pk: int) -> HttpResponse:
    """邀请人员: chosen ones, or at one press everybody who lacks the course."""
    row = known(pk)
    insist(authority.runs(row, request.user), _("由讲师、安排人或管理员邀请。"))
    if request.method != "POST":
        return _page(request, row)
    if "everybody" in request.POST:
        chosen = list(_lacking(row))
    else:
        keys = [key for key in request.POST.getlist("people") if key.isdecimal()]
        keys = [key for key in keys if len(key) <= _DIGITS][:MOST]
        chosen = list(Person.objects.filter(pk__in=keys))
    try:
        workflow.invite(pk, by=request.user, people=chosen)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        ticked = {person.pk for person in chosen}
        return _page(request, known(pk), ticked=ticked, refused=str(refusal), status=refusal.status)
    messages.success(request, _("邀请已发出，他们会收到通知。"))
    return redirect(row)


def _lacking(row: TrainingSession) -> Any:
    """Who must have the course, lacks it on the day of the session, and is not invited yet."""
    day = timezone.localdate(row.starts_at)
    invited = row.invitations.values("person")
    return covering.uncovered(row.course, day).exclude(pk__in=invited)


def _page(
    request: StaffRequest,
    row: TrainingSession,
    *,
    ticked: set[int] | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    department = number_in(request.GET, "department")
    if department is None:
        people = _lacking(row)
    else:
        people = covering.staff().exclude(pk__in=row.invitations.values("person"))
        people = people.filter(department=department)
    people = people.select_related("department").order_by("department__position", "name", "pk")
    taken = row.invitations.exclude(answer="declined").count()
    context = {
        "row": row,
        "people": people[:MOST],
        "lacking": _lacking(row).count(),
        "department": department,
        "departments": Department.objects.filter(is_active=True),
        "left": None if row.capacity is None else max(0, row.capacity - taken),
        "ticked": ticked or set(),
        "refused": refused,
    }
    return render(request, "training/invite.html", context, status=status)
