"""Inspections: what was looked at, what was found; and which alarms were given already."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.item import Item


class Inspection(models.Model):
    """One look at an item, point by point. `results`: {point, ok, said} as the checklist was then.

    One that was not passed puts the item out of service: it is not given out until it is mended.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="inspections")
    passed = models.BooleanField(_("合格"))
    results = models.JSONField(_("逐项结果"), default=list)
    remark = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"))
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = _("检查记录")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed=True) | ~Q(remark=""), name="inspection_failed_says_why"
            )
        ]


class Alarm(models.Model):
    """An alarm that was given: once for each thing that comes due, whoever looks how often."""

    key = models.CharField(_("事项"), max_length=80, primary_key=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("到期提醒")
