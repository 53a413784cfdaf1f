"""Days that are not what their weekday says: public holidays and shifted working days."""

import datetime
from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

FRIDAY = 4


class Day(models.Model):
    """One day of the holiday table (法定节假日与调休). A day without a row is what its weekday
    says: Monday to Friday work, Saturday and Sunday rest."""

    class Source(models.TextChoices):
        # Filled from the table that the `holidays` library ships; a later filling may change it.
        PUBLISHED = "published", _("公布")
        # Written by an administrator; no filling changes it.
        EDITED = "edited", _("手工")

    date = models.DateField(_("日期"), primary_key=True)
    is_working = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=40)
    source = models.CharField(
        _("来源"), max_length=10, choices=Source.choices, default=Source.EDITED
    )

    class Meta:
        verbose_name = verbose_name_plural = _("节假日与调休")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"


def is_working(date: datetime.date, days: Mapping[datetime.date, bool]) -> bool:
    """Does the hospital's ordinary work go on that day? `days`: what the holiday table says."""
    said = days.get(date)
    return date.weekday() <= FRIDAY if said is None else said
