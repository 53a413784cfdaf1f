"""Reading one of the two sheets into plain rows, which a preview keeps."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from teams.inputs import HORIZON
from teams.models import Layer
from teams.roster_sheets.columns import (
    CALENDAR,
    TITLES,
    People,
    calendar_columns,
    rules_columns,
)
from teams.sheets import BadCell, Column, Limits, Row, in_every_language, read
from teams.sheets.cells import said

# A year of four shifts a day is 1500 rows.
ROWS = 2000
_LIMITS = Limits(bytes=2 * 1024 * 1024, rows=ROWS, columns=40)
_LONGEST_HOURS = 7 * 24


@dataclass(frozen=True)
class Taken:
    """What a sheet held: good rows as plain values (for a JSON column), and every bad cell."""

    rows: list[dict[str, Any]]
    bad: list[BadCell]
    bad_rows: int


class _Wrong(ValueError):
    """A cell that is understood but cannot be; `column` is the key of its column."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


def take(content: bytes, what: str) -> Taken:
    """Read the calendar or the rules out of a workbook.

    Raises Incomplete (field `file`) where the file as a whole cannot be read.
    """
    people = People()
    columns = calendar_columns(people) if what == CALENDAR else rules_columns(people)
    reading = read(content, columns, _LIMITS, titles=in_every_language(TITLES[what]))
    bad, bad_rows = list(reading.bad), reading.bad_rows
    understand = _shifts() if what == CALENDAR else _layers()
    rows = []
    for row in reading.rows:
        try:
            rows.append(understand(row))
        except _Wrong as wrong:
            bad.append(_bad(row, wrong, columns))
            bad_rows += 1
    return Taken(rows, sorted(bad, key=lambda cell: cell.row), bad_rows)


def _shifts() -> Callable[[Row], dict[str, Any]]:
    """Understands rows of the calendar; remembers who was on in rows before."""
    today = timezone.localdate()
    seen: set[tuple[Any, ...]] = set()

    def understand(row: Row) -> dict[str, Any]:
        told = row.values
        if told["date"] < today:
            raise _Wrong("date", _("这一天已经过去，历史不再改变。"))
        if told["date"] > today + HORIZON:
            raise _Wrong("date", _("最远排到 %(days)s 天之后。") % {"days": HORIZON.days})
        minutes = _minutes(told)
        for person in told["people"]:
            key = (told["date"], told["shift"], told["begins"], person)
            if key in seen:
                raise _Wrong("people", _("同一个人在这一班出现了两次。"))
            seen.add(key)
        return {
            "date": told["date"].isoformat(),
            "shift": told["shift"],
            "begins": told["begins"].isoformat(),
            "minutes": minutes,
            "people": list(told["people"]),
        }

    return understand


def _minutes(told: dict[str, Any]) -> int:
    if told["hours"] is not None:
        return _length(told["hours"])
    anchor = datetime.date(2000, 1, 1)
    begins = datetime.datetime.combine(anchor, told["begins"])
    ends = datetime.datetime.combine(anchor, told["ends"])
    if ends <= begins:
        ends += datetime.timedelta(days=1)
    return int((ends - begins).total_seconds() // 60)


def _length(hours: float) -> int:
    if not 0 < hours <= _LONGEST_HOURS:
        raise _Wrong("hours", _("一班最长 %(hours)s 小时。") % {"hours": _LONGEST_HOURS})
    return max(1, round(hours * 60))


def _layers() -> Callable[[Row], dict[str, Any]]:
    """Understands rows of the rules."""

    def understand(row: Row) -> dict[str, Any]:
        told = dict(row.values)
        days, weekdays = told.pop("days")
        minutes = _length(told.pop("hours"))
        if told["ends_on"] is not None and told["ends_on"] < told["starts_on"]:
            raise _Wrong("ends_on", _("结束日期早于开始日期。"))
        if told["starts_on"].year < 2000:
            raise _Wrong("starts_on", _("请写 2000 年以后的日期。"))
        return told | {
            "starts_on": told["starts_on"].isoformat(),
            "ends_on": told["ends_on"] and told["ends_on"].isoformat(),
            "begins": told["begins"].isoformat(),
            "minutes": minutes,
            "days": days,
            "weekdays": weekdays,
            "people": list(told["people"]),
            "at_once": 1 if told["kind"] == Layer.Kind.FIXED else told["at_once"],
        }

    return understand


def _bad(row: Row, wrong: _Wrong, columns: list[Column]) -> BadCell:
    heading = next(str(each.heading) for each in columns if each.name == wrong.column)
    value = row.values.get(wrong.column)
    shown = "" if isinstance(value, tuple) or value is None else said(value)
    return BadCell(row.number, row.letters.get(wrong.column, ""), heading, shown, str(wrong))
