"""谁还没有覆盖: people by courses, its file, and the count where leaders and admins look."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from drills.training import authority
from drills.training.covering import courses_in_use
from drills.training.matrix import Wanted, matrix, sheets
from drills.training.views.shared import insist
from teams.models import Department
from teams.requests import StaffRequest, number_in
from teams.sheets.sending import attachment

_PAGE = 50


@login_required
@require_safe
def coverage(request: StaffRequest) -> HttpResponse:
    """The matrix; `?format=xlsx` the same as a file. Heads of departments see their own people."""
    insist(
        authority.sees_coverage(request.user),
        _("覆盖情况给领导、科室负责人、管理员和审计员看。"),
    )
    wanted = _wanted(request)
    found = matrix(wanted)
    if request.GET.get("format") in ("xlsx", "csv"):
        return attachment("training", sheets(found), request.GET["format"])
    chosen = {
        "department": wanted.department if authority.oversees(request.user) else None,
        "course": wanted.course,
        "gaps": "1" if wanted.only_gaps else None,
        "new": "1" if wanted.only_new else None,
        "q": wanted.words or None,
    }
    query = urlencode({name: value for name, value in chosen.items() if value is not None})
    context = {
        "wanted": wanted,
        "found": found,
        "page_of": Paginator(found.rows, _PAGE).get_page(request.GET.get("page")),
        "query": query,
        "departments": Department.objects.filter(is_active=True),
        "courses": courses_in_use(),
        "sees_all": authority.oversees(request.user),
        "own": request.user.department,
    }
    return render(request, "training/coverage.html", context)


@login_required
@require_safe
def gaps(request: StaffRequest) -> HttpResponse:
    """How many are missing, as a line for other pages; empty for who has no business with it."""
    found = None
    if authority.sees_coverage(request.user):
        found = matrix(_wanted(request))
    return render(request, "training/_gaps.html", {"found": found})


def _wanted(request: StaffRequest) -> Wanted:
    asked = request.GET
    department = number_in(asked, "department")
    if not authority.oversees(request.user):
        # Nobody is in department 0: a head without a department has no people.
        department = request.user.department_id or 0
    return Wanted(
        department=department,
        course=number_in(asked, "course"),
        only_gaps=asked.get("gaps") == "1",
        only_new=asked.get("new") == "1",
        words=asked.get("q", "").replace("\0", "").strip()[:40],
    )
