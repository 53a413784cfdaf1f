"""All versions of the plan, the difference between two, and who has read one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plans import compared, content, difference
from plans.authority import administers
from plans.models import PlanVersion
from plans.selectors import listing, reading_list
from teams.requests import StaffRequest, number_in
from teams.sheets import cells, writing
from teams.sheets.sending import attachment

Status = PlanVersion.Status


@login_required
@require_safe
def versions(request: StaffRequest) -> HttpResponse:
    """Every version with its state, its day, and what it waits for."""
    listed = listing()
    return render(
        request,
        "plans/list.html",
        {
            "under_way": [one for one in listed if one.waits_for or one.plan.status == "scheduled"],
            "others": [
                one for one in listed if not one.waits_for and one.plan.status != "scheduled"
            ],
            "may_draft": administers(None, request.user),
            "in_force": next(
                (one.plan for one in listed if one.plan.status == Status.PUBLISHED), None
            ),
        },
    )


@login_required
@require_safe
def compare(request: StaffRequest, number: int) -> HttpResponse:
    """What is different from an earlier version, clause by clause and value by value.

    `with` is the other version's number; without it the one that this one was drafted from.
    """
    plan = get_object_or_404(PlanVersion.objects.select_related("based_on"), number=number)
    others = list(PlanVersion.objects.exclude(pk=plan.pk).order_by("-number"))
    wanted = number_in(request.GET, "with")
    before = next((other for other in others if other.number == wanted), None)
    if before is None:
        before = plan.based_on or next((one for one in others if one.number < plan.number), None)
    context: dict[str, Any] = {"plan": plan, "before": before, "others": others}
    if before is not None:
        found = difference.compare(content.read(before), content.read(plan))
        context["parts"] = compared.shown(found)
        context["count"] = len(found)
    return render(request, "plans/compare.html", context)


_COLUMNS = (
    cells.Column("department", gettext_lazy("科室"), width=18),
    cells.Column("name", gettext_lazy("姓名"), width=14),
    cells.Column("duty", gettext_lazy("职务"), width=20),
    cells.Column("read_at", gettext_lazy("阅知时间"), width=20),
)


@login_required
@require_safe
def readers(request: StaffRequest, number: int) -> HttpResponse:
    """Who has confirmed reading this version, and who has not; also as CSV or XLSX."""
    plan = get_object_or_404(PlanVersion, number=number)
    people: list[Any] = reading_list(plan)
    wanted = request.GET.get("format", "")
    if wanted in ("csv", "xlsx"):
        return _exported(plan, people, wanted)
    waiting = [person for person in people if person.read_at is None]
    only_waiting = request.GET.get("show") == "waiting"
    context = {
        "plan": plan,
        "people": waiting if only_waiting else people,
        "only_waiting": only_waiting,
        "read": len(people) - len(waiting),
        "waiting": len(waiting),
        "total": len(people),
        "may_remind": plan.status == Status.PUBLISHED
        and administers(plan, request.user)
        and waiting,
    }
    return render(request, "plans/readers.html", context)


def _exported(plan: PlanVersion, people: list[Any], wanted: str) -> HttpResponse:
    rows = [
        {
            "department": str(person.department or ""),
            "name": person.name,
            "duty": person.duty,
            "read_at": f"{timezone.localtime(person.read_at):%Y-%m-%d %H:%M}"
            if person.read_at
            else _("未阅知"),
        }
        for person in people
    ]
    sheet = writing.Sheet(_("阅知名单"), _COLUMNS, rows)
    return attachment(f"plan-{plan.number}-readers", [sheet], wanted)
