"""A sheet that was uploaded for a roster and waits to be accepted: nothing of it holds yet."""

import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.duty import Roster

# So long a preview may be accepted; afterwards the file has to be uploaded again.
LIFE = datetime.timedelta(hours=2)


class RosterImport(models.Model):
    """Good rows of a sheet and its bad cells, for the one person who uploaded it.

    `rows` and `bad` are what `roster_sheets.take` gave; `seen` is the roster's version then.
    """

    class What(models.TextChoices):
        CALENDAR = "calendar", _("排班日历：哪天哪一班是谁")
        RULES = "rules", _("排班规则：班次和轮换")

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("上传时间"))
    what = models.CharField(_("导入什么"), max_length=8, choices=What.choices)
    file_name = models.CharField(_("文件名"), max_length=120)
    rows = models.JSONField(_("可以导入的行"))
    bad = models.JSONField(_("有问题的格"))
    bad_rows = models.PositiveIntegerField(_("有问题的行数"))
    seen = models.PositiveIntegerField(_("上传时值班表的版次"))
    accepted_at = models.DateTimeField(_("导入时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("值班表导入")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def expires_at(self) -> datetime.datetime:
        return self.at + LIFE
