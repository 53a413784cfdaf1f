"""值班负担: who served how much, at night and on days off, and how evenly it is shared."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from teams import sheets
from teams.forms.workload import Asked, WorkloadForm
from teams.inputs import hospital_zone
from teams.models import Person, ResponseGroup
from teams.requests import StaffRequest
from teams.selectors.workload import Sight, bars, mean_at, sight_of
from teams.sheets.sending import attachment
from teams.workload import Workload, workload

_COLUMNS = (
    sheets.Column("name", gettext_lazy("姓名"), width=14),
    sheets.Column("shifts", gettext_lazy("班数"), width=8),
    sheets.Column("hours", gettext_lazy("小时"), width=9),
    sheets.Column("nights", gettext_lazy("夜班"), width=8),
    sheets.Column("weekend_hours", gettext_lazy("周末小时"), width=12),
    sheets.Column("holiday_hours", gettext_lazy("节假日小时"), width=14),
    sheets.Column("calls", gettext_lazy("被叫次数"), width=12),
    sheets.Column("percent", gettext_lazy("与平均之比(%)"), width=16),
)


@login_required
@require_safe
def workload_page(request: StaffRequest) -> HttpResponse:
    """Per person and with fairness figures, as far as the person may see; also as CSV or XLSX."""
    sight = sight_of(request.user)
    form = WorkloadForm(request.GET, groups=sight.shown_groups, rosters=sight.shown_rosters)
    asked = form.asked()
    found = _found(asked, sight, request.user)
    drawn = bars(found)
    wanted = request.GET.get("format", "")
    if sight.is_own_only:
        drawn = [bar for bar in drawn if bar.load.person == request.user.pk]
    if wanted in ("csv", "xlsx"):
        return _exported(drawn, asked, wanted)
    kept = request.GET.copy()
    kept.pop("format", None)
    context = {
        "form": form,
        "asked": asked,
        "sight": sight,
        "found": found,
        "bars": drawn,
        "mean_at": mean_at(found),
        "kept": kept.urlencode(),
    }
    return render(request, "teams/workload.html", context, status=422 if form.errors else 200)


def _found(asked: Asked, sight: Sight, person: Person) -> Workload:
    zone = hospital_zone()
    start = datetime.datetime.combine(asked.first, datetime.time(), zone)
    end = datetime.datetime.combine(asked.last + datetime.timedelta(days=1), datetime.time(), zone)
    group = asked.group
    if group is None and asked.roster is None and not sight.is_all and not sight.is_own_only:
        # Heads of one group, as a rule; of several the first, until another is chosen.
        group = ResponseGroup.objects.filter(pk__in=sight.groups or ()).order_by("pk").first()
    return workload(start, end, roster=asked.roster, group=group)


def _exported(drawn: list[Any], asked: Asked, wanted: str) -> HttpResponse:
    rows = [
        {
            "name": bar.load.name,
            "shifts": bar.load.shifts,
            "hours": round(bar.load.hours, 2),
            "nights": bar.load.nights,
            "weekend_hours": round(bar.load.weekend_hours, 2),
            "holiday_hours": round(bar.load.holiday_hours, 2),
            "calls": bar.load.calls,
            "percent": bar.percent,
        }
        for bar in drawn
    ]
    name = f"workload-{asked.first}-{asked.last}"
    return attachment(name, [sheets.Sheet(_("值班负担"), _COLUMNS, rows)], wanted)
