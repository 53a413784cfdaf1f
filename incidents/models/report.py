"""Further reports of a fault that is already known."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents import filing
from incidents.models.incident import Incident


class Report(models.Model):
    """One more report of the same fault (补充报告): somebody else sees it as well."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reports")
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))
    # As of an incident: incidents/filing.py.
    filed_at = models.DateTimeField(_("填写时间"), null=True, blank=True)
    device_ahead = models.IntegerField(_("设备时钟快（秒）"), null=True, blank=True)
    seen = models.TextField(_("看到了什么"))
    location = models.CharField(_("地点"), max_length=120, blank=True)
    waiting = models.PositiveIntegerField(_("等候人数"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("补充报告")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.seen[:30]}"

    @property
    def kept_words(self) -> str:
        """That a device kept the report, and since when; "" where it came at once."""
        return filing.in_words(self.filed_at, self.device_ahead)
