"""The numbers by which people call incidents: each year's run from 1, without a gap."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Numbering(models.Model):
    """The last number given in a year. Its row lock gives simultaneous reports their order."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    last = models.PositiveIntegerField(_("最后编号"))

    class Meta:
        verbose_name = verbose_name_plural = _("事件编号")

    def __str__(self) -> str:
        return number_of(self.year, self.last)


def number_of(year: int, serial: int) -> str:
    """What people say on the phone: 2026-0012."""
    return f"{year}-{serial:04d}"
