"""Moments in words: as they are written, and as they are read out."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

_DIGITS = "零一二三四五六七八九"


def written(at: datetime.datetime, now: datetime.datetime) -> str:
    """10:45 on the same day, else with the date."""
    at, now = timezone.localtime(at), timezone.localtime(now)
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return _("%(day)s %(time)s") % {"day": date_format(at, "n月j日"), "time": f"{at:%H:%M}"}


def written_en(at: datetime.datetime, now: datetime.datetime) -> str:
    """10:45 on the same day, else 26 November 10:45."""
    at, now = timezone.localtime(at), timezone.localtime(now)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at.day} {at:%B %H:%M}"


def spoken(at: datetime.datetime, now: datetime.datetime) -> str:
    """上午十点四十五分: nobody can misread it aloud."""
    at, now = timezone.localtime(at), timezone.localtime(now)
    hour, minute = at.hour, at.minute
    part = "凌晨" if hour < 6 else "上午" if hour < 12 else "中午" if hour == 12 else "下午"
    part = "晚上" if hour >= 18 else part
    clock = f"{part}{numeral(hour - 12 if hour > 12 else hour)}点"
    if minute:
        clock += f"{'零' if minute < 10 else ''}{numeral(minute)}分"
    else:
        clock += "整"
    if at.date() == now.date():
        return clock
    return f"{numeral(at.month)}月{numeral(at.day)}日{clock}"


def numeral(number: int) -> str:
    """A number below 100 as it is read: 四十五, 十, 零."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
