"""Writing a roster as a workbook: the final calendar, gaps included, and the rules."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from teams import sheets
from teams.compiling import Gap, compile_calendar
from teams.inputs import hospital_zone, inputs_of
from teams.models import Duty, Layer, Roster
from teams.roster_sheets.columns import (
    CALENDAR,
    RULES,
    TITLES,
    People,
    calendar_columns,
    days_cell,
    rules_columns,
)
from teams.roster_sheets.rules import FROM_SHEET
from teams.rules import rules_of

_DAY = datetime.timedelta(days=1)
_HOUR = datetime.timedelta(hours=1)


def book(roster: Roster, first: datetime.date, last: datetime.date) -> bytes:
    """The roster's final calendar from the first day to the last, and its rules, as XLSX.

    Edited, either sheet can be taken in again. Six queries.
    """
    people = People()
    start, end = _midnight(first), _midnight(last + _DAY)
    calendar = sheets.Sheet(
        str(TITLES[CALENDAR]), calendar_columns(people), _shifts(roster, start, end, people)
    )
    rules = sheets.Sheet(str(TITLES[RULES]), rules_columns(people), _layers(roster, people))
    return sheets.write(
        [calendar, rules],
        [
            _("「%(roster)s」，%(first)s 到 %(last)s。")
            % {"roster": roster, "first": first, "last": last},
            _("改好「排班日历」或「排班规则」，在值班表的页面上导入。导入前会先给您看有什么变化。"),
            _("没有人的班留着空格，填上名字就补上了。"),
        ],
    )


def template(roster: Roster) -> bytes:
    """An empty calendar to fill in, with everybody who may serve on a sheet beside it."""
    people = People()
    names = [
        {"name": person.name, "username": person.username, "cell": people.name(person.pk)}
        for person in people
    ]
    columns = [
        sheets.Column("cell", _("人员")),
        sheets.Column("name", _("姓名")),
        sheets.Column("username", _("用户名")),
    ]
    return sheets.write(
        [
            sheets.Sheet(str(TITLES[CALENDAR]), calendar_columns(people)),
            sheets.Sheet(_("可以写的人员"), columns, names),
        ],
        [_("为「%(roster)s」填写，一班一行。") % {"roster": roster}],
    )


def _shifts(
    roster: Roster, start: datetime.datetime, end: datetime.datetime, people: People
) -> Iterator[dict[str, Any]]:
    """What is served, by beginning; who serves together stands in one row; gaps have nobody."""
    stretches: list[Any] = list(
        Duty.objects.between(start, end)
        .filter(roster=roster, starts_at__gte=start)
        .order_by("starts_at", "slot")
    )
    at = max(timezone.now(), start)
    gaps = compile_calendar(inputs_of(roster, at), at, end).gaps if at < end else []
    rows: dict[tuple[Any, ...], list[str]] = {}
    remarks: dict[tuple[Any, ...], str] = {}
    for each in sorted([*stretches, *gaps], key=lambda each: (each.starts_at, each.slot)):
        key = (each.starts_at, each.ends_at, each.shift)
        names = rows.setdefault(key, [])
        if isinstance(each, Gap):
            who = people.name(each.person or 0)
            # Its row stays empty: whoever fills it in closes the gap.
            empty = (*key, "gap")
            rows.setdefault(empty, [])
            remarks[empty] = _("缺人：%(who)s不在") % {"who": who} if who else _("缺人")
            if not names:
                del rows[key]
        else:
            names.append(people.name(each.person_id))
    for key, names in rows.items():
        yield _row(*key[:3], names, remarks.get(key, ""))


def _row(
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    shift: str,
    names: list[str],
    remark: str,
) -> dict[str, Any]:
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    hours = (ends_at - starts_at) / _HOUR
    return {
        "date": begins.date(),
        # A temporary replacement has no shift of its own.
        "shift": shift or _("临时替换"),
        "begins": begins.time().replace(second=0, microsecond=0),
        "ends": ends.time().replace(second=0, microsecond=0),
        "people": "、".join(filter(None, names)) or None,
        "hours": hours if hours > 24 else None,
        "remark": remark or None,
    }


def _layers(roster: Roster, people: People) -> Iterator[dict[str, Any]]:
    for layer in rules_of(roster).layers:
        # Single days are told by the calendar.
        if layer.position == FROM_SHEET:
            continue
        yield {
            "name": layer.name,
            "position": layer.position,
            "kind": str(Layer.Kind(layer.kind).label),
            "starts_on": layer.starts_on,
            "ends_on": layer.ends_on,
            "days": days_cell(layer.days, layer.weekdays),
            "begins": layer.begins,
            "hours": layer.minutes / 60,
            "turn": str(Layer.Turn(layer.turn).label),
            "turn_every": layer.turn_every,
            "at_once": layer.at_once,
            "people": "、".join(filter(None, map(people.name, layer.people))),
        }


def _midnight(on: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(on, datetime.time(), hospital_zone()).astimezone(datetime.UTC)
