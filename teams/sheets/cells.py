"""Columns, and how the cell of each kind is understood.

A reader takes the cell's value as it stands (text, number, date, time; never empty) and gives
what it means. It raises ValueError with a sentence for the person who filled in the cell.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Reader = Callable[[Any], Any]
Words = str | Promise

# Beginnings that a spreadsheet, or the CSV somebody makes of it, takes for a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")

_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?"
)
_CLOCK = re.compile(r"(\d{1,2})\s*[:：]\s*(\d{2})(?:[:：]00)?")


def said(value: Any) -> str:
    """A cell's value as one reads it in the sheet."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    # The sheet keeps every number as a fraction; an extension 8119 is not 8119.0.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def in_every_language(words: Words) -> list[str]:
    """The words in each language of the product: a file may come from somebody with another."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(words))
    return found


def text(longest: int = 200) -> Reader:
    """Words on one or several lines, at most `longest` characters. Numbers are read as written."""

    def read(value: Any) -> str:
        words = said(value)
        if len(words) > longest:
            raise ValueError(
                _("有 %(length)d 个字，最多 %(longest)d 个。")
                % {"length": len(words), "longest": longest}
            )
        return words

    return read


def whole(least: int = 0, most: int = 1_000_000) -> Reader:
    """A whole number within bounds."""

    def read(value: Any) -> int:
        number = _number(value)
        if number is None or number != int(number):
            raise ValueError(_("请填整数。"))
        if not least <= number <= most:
            raise ValueError(
                _("请填 %(least)d 到 %(most)d 之间的数。") % {"least": least, "most": most}
            )
        return int(number)

    return read


def decimal(value: Any) -> float:
    """Any number."""
    number = _number(value)
    if number is None:
        raise ValueError(_("请填数字。"))
    return number


def day(value: Any) -> datetime.date:
    """A date: a date cell, or text such as 2026-11-23, 2026/11/23, 2026年11月23日."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    found = _DAY.fullmatch(said(value))
    if found is None:
        raise ValueError(_("请写成日期，例如 2026-11-23。"))
    try:
        return datetime.date(*map(int, found.groups()))
    except ValueError:
        raise ValueError(_("没有这一天，请核对年月日。")) from None


def clock(value: Any) -> datetime.time:
    """A time of day: a time cell, or text such as 8:00."""
    if isinstance(value, datetime.datetime):
        # A sheet writes midnight as day zero.
        return value.time().replace(second=0, microsecond=0)
    if isinstance(value, datetime.time):
        return value.replace(second=0, microsecond=0)
    found = _CLOCK.fullmatch(said(value))
    if found is None:
        raise ValueError(_("请写成钟点，例如 08:00。"))
    hour, minute = map(int, found.groups())
    if hour == 24 and minute == 0:
        return datetime.time()
    if hour > 23 or minute > 59:
        raise ValueError(_("没有这个钟点，请核对。"))
    return datetime.time(hour, minute)


def choice(meanings: Mapping[Any, Any]) -> Reader:
    """One of some words, in any language; gives what the word means."""

    def read(value: Any) -> Any:
        told = said(value)
        for words, meaning in meanings.items():
            if told in in_every_language(words):
                return meaning
        words = " / ".join(map(str, meanings))
        raise ValueError(_("请填：%(words)s。") % {"words": words})

    return read


def yes_no(value: Any) -> bool:
    """是 or 否."""
    words = said(value).lower()
    if words in ("是", "yes", "y", "true", "1", "√", "✓"):
        return True
    if words in ("否", "no", "n", "false", "0", "×"):
        return False
    raise ValueError(_("请填「是」或「否」。"))


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    words = said(value).replace(",", "").replace("，", "")
    try:
        number = float(words)
    except ValueError:
        return None
    # float() knows "nan" and "inf"; nobody means them.
    return number if abs(number) < 1e15 else None


@dataclass(frozen=True)
class Column:
    """One column: the key of its value in a row, its heading, and how its cells are read.

    `hint` explains the column on the sheet of instructions; `width` is in characters.
    """

    name: str
    heading: Words
    read: Reader = text()  # noqa: RUF009 - a reader has no state
    required: bool = True
    hint: Words = ""
    width: int = 16
