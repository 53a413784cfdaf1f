"""Workbooks of a roster, written and taken in, for the tests of its sheets and of their pages."""

import datetime
import io
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from teams import workflow
from teams.models import Person, Roster, RosterImport
from teams.roster_sheets import CALENDAR
from tests import make
from tests.teams import making

HEADINGS = ["日期", "班次", "上班", "下班", "人员", "时长(小时)", "备注"]


def people() -> list[Person]:
    return [making.reachable("it", name=name) for name in ("甲工", "乙工", "丙工")]


def roster_of(people: list[Person]) -> Roster:
    """The first of them serves each day."""
    return making.roster(making.layer(people[0].pk, name="全天"), name="试排表", group="fault")


def day(number: int) -> datetime.date:
    """A day so many days from today."""
    return timezone.localdate() + datetime.timedelta(days=number)


def workbook(*rows: Any, headings: list[str] = HEADINGS, title: str = "排班日历") -> bytes:
    book = Workbook()
    book.active.title = title
    book.active.append(headings)
    for row in rows:
        book.active.append(list(row))
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def all_day(number: int, name: str) -> tuple[Any, ...]:
    """A row: that day, whole, is served by who is named."""
    return (day(number), "全天", "00:00", "00:00", name)


def upload(roster: Roster, content: bytes, what: str = CALENDAR, **facts: Any) -> RosterImport:
    return workflow.upload_roster(
        roster.pk, by=make.person("admin"), content=content, what=what, **facts
    )
