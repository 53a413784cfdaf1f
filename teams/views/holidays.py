"""节假日与调休: a year's table, one day by hand, and filling a year from what was published.

What a change would do to the calendars is shown before it is made.
"""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.refusals import Conflict, NotAllowed, Refusal
from teams import duty_authority as authority
from teams import effects, workflow
from teams.forms.asking import kept, put_errors
from teams.forms.holidays import PLAIN, REST, WORK, DayForm
from teams.models import Day
from teams.models.calendar import is_working
from teams.requests import StaffRequest, number_in
from teams.workflow.holidays import mark_of

_YEARS = range(2000, 2200)


@login_required
@require_safe
def holidays(request: StaffRequest) -> HttpResponse:
    """Every day of a year that is not what its weekday says: `?year=2026`."""
    year = _year(request)
    days = list(Day.objects.filter(date__year=year))
    context = {
        "year": year,
        "days": days,
        "resting": sum(not day.is_working for day in days),
        "working": sum(day.is_working for day in days),
        "before": year - 1 if year - 1 in _YEARS else None,
        "after": year + 1 if year + 1 in _YEARS else None,
        "today": timezone.localdate(),
        "may_edit": authority.may_edit_rosters(None, request.user),
    }
    return render(request, "teams/holidays.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def holiday(request: StaffRequest) -> HttpResponse:
    """One day: `?date=2026-10-08`. The first press shows what it would change, the second does."""
    _insist_edits(request)
    date = _date(request.GET.get("date", ""))
    if date is None:
        messages.error(request, _("请写成日期，例如 2026-11-23。"))
        return redirect("teams:holidays")
    day = Day.objects.filter(date=date).first()
    if request.method == "GET":
        seen = {"what": PLAIN, "name": "", "seen": mark_of(day)}
        if day is not None:
            seen |= {"what": WORK if day.is_working else REST, "name": day.name}
        return _day(request, date, day, DayForm(initial=seen))
    form = DayForm(request.POST)
    if not form.is_valid():
        return _day(request, date, day, form, status=422)
    if not form.was_looked_at or request.POST.get("step") != "save":
        form.carry(looked=form.cleaned_data["what"])
        would = effects.of_days({date: form.works}, timezone.now())
        return _day(request, date, day, form, effects=would)
    try:
        _save(request, date, form)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Conflict as refusal:
        form.carry(seen=mark_of(day), looked="")
        more = {"conflict": str(refusal), "kept": kept(form)}
        return _day(request, date, day, form, status=refusal.status, **more)
    except Refusal as refusal:
        put_errors(form, refusal)
        return _day(request, date, day, form, status=refusal.status)
    messages.success(request, _("%(date)s 已保存，值班日历已照着改。") % {"date": date})
    return redirect(f"{reverse('teams:holidays')}?year={date.year}#day-{date}")


def _save(request: StaffRequest, date: datetime.date, form: DayForm) -> None:
    said, works = form.cleaned_data, form.works
    if works is None:
        workflow.clear_day(date, by=request.user, seen=said["seen"])
    else:
        workflow.set_day(
            date, by=request.user, is_working=works, name=said["name"], seen=said["seen"]
        )


def _day(
    request: StaffRequest,
    date: datetime.date,
    day: Day | None,
    form: DayForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "date": date,
        "day": day,
        "works": is_working(date, {} if day is None else {date: day.is_working}),
        "form": form,
        "here": f"{reverse('teams:holiday')}?date={date}",
    }
    return render(request, "teams/holiday.html", context | more, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def fill(request: StaffRequest) -> HttpResponse:
    """Fill a year from the published arrangement; shows first which days and shifts change."""
    _insist_edits(request)
    year = _year(request)
    if request.method == "POST":
        try:
            count = workflow.fill_holidays(by=request.user, years=[year])
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        said = {"year": year, "count": count}
        messages.success(request, _("%(year)s 年的节假日已更新，改了 %(count)s 天。") % said)
        return redirect(f"{reverse('teams:holidays')}?year={year}")
    changed, gone = workflow.what_filling_changes([year])
    stored = Day.objects.in_bulk([*changed, *gone])
    changes = [
        {"date": date, "before": stored.get(date), "after": changed.get(date)}
        for date in sorted([*changed, *gone])
    ]
    days: dict[datetime.date, bool | None] = {date: works for date, (works, _n) in changed.items()}
    context = {
        "year": year,
        "changes": changes,
        "shifted": sum(works for works, _name in changed.values())
        + Day.objects.filter(date__year=year, is_working=True).count(),
        "effects": effects.of_days(days | dict.fromkeys(gone), timezone.now()),
    }
    return render(request, "teams/fill_holidays.html", context)


def _insist_edits(request: StaffRequest) -> None:
    if not authority.may_edit_rosters(None, request.user):
        raise PermissionDenied(_("节假日由管理员修改。"))


def _year(request: StaffRequest) -> int:
    """The year of the address, else this one. Raises Http404 for one that no calendar has."""
    if "year" not in request.GET:
        return timezone.localdate().year
    year = number_in(request.GET, "year")
    if year is None or year not in _YEARS:
        raise Http404
    return year


def _date(text: str) -> datetime.date | None:
    try:
        date = parse_date(text)
    except ValueError:
        return None
    return date if date is not None and date.year in _YEARS else None
