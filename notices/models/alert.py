"""Alerts (员工告警): what the product tells one member of staff.

The row is what the person sees in the product; the ways out of it are `Delivery` rows below it.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from journal.models import Entry


class AlertQuerySet(models.QuerySet["Alert"]):
    def unseen(self) -> "AlertQuerySet":
        return self.filter(seen_at__isnull=True)

    def unreached(self) -> "AlertQuerySet":
        """Calls for which every way was tried, and that nobody has answered."""
        return self.filter(
            exhausted_at__isnull=False, seen_at__isnull=True, acknowledged_at__isnull=True
        )


class Answer(models.TextChoices):
    """How the person let it be known that they have it."""

    PAGE = "page", _("在系统里")
    LINK = "link", _("点短信或消息里的链接")
    REPLY = "reply", _("回复")
    PHONE = "phone", _("电话通知到")


class Alert(models.Model):
    """One journal entry told to one person: once, however often the entry is relayed.

    A call (`calls`) is carried out of the product as well, over one way after another, until the
    person has seen or acknowledged it. `next_at` is the moment at which the next way is taken;
    empty when there is nothing left to do. `kinds` are the ways a ladder insists on; without any
    the person's own order counts. `level` is that of the incident at the time.
    """

    Answer = Answer

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

    calls = models.BooleanField(_("要叫到人"), default=False)
    level = models.PositiveSmallIntegerField(_("级别"), null=True, blank=True)
    kinds = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    # Seconds between two ways, where the ladder sets its own; empty: by the grade.
    patience_seconds = models.PositiveIntegerField(_("等多久换方式"), null=True, blank=True)
    expires_at = models.DateTimeField(_("过期"), null=True, blank=True)
    next_at = models.DateTimeField(_("换下一种方式"), null=True, blank=True)
    # Every way was tried, and no answer has come.
    exhausted_at = models.DateTimeField(_("各种方式都试过"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    acknowledged_how = models.CharField(
        _("怎样确认"), max_length=8, choices=Answer.choices, blank=True
    )
    # Who noted it, where it was not the person themselves.
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("代为登记"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("员工告警")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="alert_once_per_person"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_how="")
                | models.Q(acknowledged_at__isnull=False) & ~models.Q(acknowledged_how=""),
                name="alert_acknowledged_somehow",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(seen_at__isnull=True), name="alert_unseen"
            ),
            models.Index(fields=["person", "-id"], name="alert_newest"),
            models.Index(
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False),
                name="alert_next_way",
            ),
            models.Index(
                fields=["exhausted_at"],
                condition=models.Q(
                    exhausted_at__isnull=False, seen_at__isnull=True, acknowledged_at__isnull=True
                ),
                name="alert_unreached",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_answered(self) -> bool:
        """Seen or acknowledged: the person was reached, no further way is needed."""
        return self.seen_at is not None or self.acknowledged_at is not None
