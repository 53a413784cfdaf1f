"""How times, counts and names are written in the report."""

import datetime
import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from plans.documents import inline

NONE = "—"
MISSING = "（尚未填写）"


class Clock:
    """The content's moments (ISO 8601, UTC) by the clock of the hospital as it was then."""

    def __init__(self, zone: str) -> None:
        self._zone = zoneinfo.ZoneInfo(zone or settings.TIME_ZONE)

    def read(self, moment: Any) -> datetime.datetime | None:
        """The moment; None for what is empty."""
        if not moment:
            return None
        return datetime.datetime.fromisoformat(str(moment)).astimezone(self._zone)

    def long(self, moment: Any) -> str:
        """2026年3月1日8时05分"""
        at = self.read(moment)
        return f"{at.year}年{at.month}月{at.day}日{at.hour}时{at:%M}分" if at else ""

    def short(self, moment: Any) -> str:
        """03-01 08:05, for tables."""
        at = self.read(moment)
        return f"{at:%m-%d %H:%M}" if at else NONE


def said(text: Any) -> str:
    """What a person typed, within a sentence."""
    return inline(str(text or ""))


def names(found: Iterable[Any]) -> str:
    return "、".join(said(name) for name in found)


def cell(value: Any) -> str:
    """What stands in a table: nothing is a dash."""
    return NONE if value is None or value == "" else str(value)


def size(count: int) -> str:
    """Bytes in words, to one place: 1.5 MB."""
    for unit, one in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count >= one:
            tenths = round(count * 10 / one)
            return f"{tenths // 10}.{tenths % 10} {unit}"
    return f"{count} 字节"
