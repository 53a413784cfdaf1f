"""Moments that people and programs send: within living memory, so that every zone can tell them."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 2000, 2199
FAR = _("请填写 2000 年到 2199 年之间的时间。")
FAR_DAY = _("请填写 2000 年到 2199 年之间的日期。")


def within_memory(moment: datetime.datetime) -> None:
    """Validator of an aware moment: raises ValidationError for a year that nobody meant."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(FAR, code="far")


def within_memory_day(day: datetime.date) -> None:
    """Validator of a day: a page that counts on from the last day of all years cannot be shown."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(FAR_DAY, code="far")
