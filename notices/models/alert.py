"""Alerts (员工告警): what the product tells one member of staff, in the product itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from journal.models import Entry


class AlertQuerySet(models.QuerySet["Alert"]):
    def unseen(self) -> "AlertQuerySet":
        return self.filter(seen_at__isnull=True)


class Alert(models.Model):
    """One journal entry told to one person: once, however often the entry is relayed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("收件人"), related_name="alerts"
    )
    entry = models.ForeignKey(Entry, models.PROTECT, verbose_name=_("日志"), related_name="alerts")
    # Duty and test messages belong to no incident.
    incident = models.ForeignKey(
        Incident,
        models.PROTECT,
        verbose_name=_("故障事件"),
        related_name="alerts",
        null=True,
        blank=True,
    )
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(_("打开"), max_length=200)
    created_at = models.DateTimeField(_("时间"))
    seen_at = models.DateTimeField(_("看到时间"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("员工告警")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="alert_once_per_person")
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(seen_at__isnull=True), name="alert_unseen"
            ),
            models.Index(fields=["person", "-id"], name="alert_newest"),
        ]

    def __str__(self) -> str:
        return self.text
