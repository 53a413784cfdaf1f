"""A sheet of supplies that was uploaded and waits to be accepted: nothing of it holds yet."""

import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# So long a preview may be accepted.
LIFE = datetime.timedelta(hours=2)


class SupplyImport(models.Model):
    """Good rows of a sheet and its bad cells, for the one person who uploaded it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("上传时间"))
    file_name = models.CharField(_("文件名"), max_length=120)
    rows = models.JSONField(_("可以导入的行"))
    bad = models.JSONField(_("有问题的格"))
    bad_rows = models.PositiveIntegerField(_("有问题的行数"))
    accepted_at = models.DateTimeField(_("导入时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("物资导入")
        ordering = ["-pk"]

    @property
    def expires_at(self) -> datetime.datetime:
        return self.at + LIFE
