"""指标: how fast the hospital answered, for everybody who has to learn from it. Reads only."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.figures import exporting
from reviews.figures.asking import Asked, FiguresForm
from reviews.figures.drawing import BAR, BOTTOM, HIGH, LEFT, WIDE, named
from reviews.figures.whole import figures
from reviews.models import Step
from teams.inputs import hospital_zone
from teams.requests import StaffRequest
from teams.selectors.workload import sight_of
from teams.sheets.sending import attachment
from teams.workload import Workload, workload

_DAY = datetime.timedelta(days=1)
# Duty of a longer time is not shown here; the page of duty has its own choice.
WORKLOAD_DAYS = 400


@login_required
@require_safe
def figures_page(request: StaffRequest) -> HttpResponse:
    """The figures of the chosen incidents as drawings with tables; `format` xlsx or csv: a file."""
    form = FiguresForm(request.GET)
    asked = form.asked()
    found = figures(asked)
    shown = named(found)
    wanted = request.GET.get("format", "")
    if wanted in ("csv", "xlsx"):
        name = f"figures-{asked.first}-{asked.last}"
        return attachment(name, exporting.sheets(shown, asked), wanted)
    kept = request.GET.copy()
    for name in ("format", "step"):
        kept.pop(name, None)
    context = {
        "form": form,
        "asked": asked,
        "found": found,
        "step": Step(asked.step),
        "steps": list(Step),
        "kept": kept.urlencode(),
        "plot": {"wide": WIDE, "high": HIGH, "left": LEFT, "bottom": HIGH - BOTTOM, "bar": BAR},
        "duty": _duty(request, asked),
        "most_lines": exporting.LINES_MOST,
        **shown,
    }
    return render(request, "reviews/figures.html", context, status=422 if form.errors else 200)


def _duty(request: StaffRequest, asked: Asked) -> Workload | None:
    """How evenly duty was shared in these days, for who may see everybody's."""
    if not sight_of(request.user).is_all or (asked.last - asked.first).days > WORKLOAD_DAYS:
        return None
    zone = hospital_zone()

    def midnight(day: datetime.date) -> Any:
        return datetime.datetime.combine(day, datetime.time(), zone)

    return workload(midnight(asked.first), midnight(asked.last + _DAY))
