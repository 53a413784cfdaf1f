"""Deadlines: rows, armed and ended by the verbs, never timers in a queue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> "DeadlineQuerySet":
        """Neither met nor cancelled; may have passed."""
        return self.filter(met_at__isnull=True, cancelled_at__isnull=True)


class Deadline(models.Model):
    """One clock of an incident. Unique by incident, kind, step and epoch.

    `step` is what the clock is about: the key of the order, check, notice, of the plan's regulatory
    clock, of the manual mode or the all clear, the number of the watch over progress; else 0.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("确认收到")
        CONFIRM = "confirm", _("确认故障")
        COMMAND = "command", _("下达指令")
        FIRST_NOTICE = "first_notice", _("首次患者通知")
        NEXT_NOTICE = "next_notice", _("下次患者通知")
        RATIFY = "ratify", _("补批患者通知")
        RESTORE = "restore", _("恢复服务")
        READ_BACK = "read_back", _("复诵指令")
        ORDER = "order", _("完成指令")
        PROGRESS = "progress", _("有所进展")
        REGULATORY = "regulatory", _("法定报告")
        MANUAL_ON = "manual_on", _("确认转手工模式")
        MANUAL_OFF = "manual_off", _("确认停用手工模式")
        ALL_CLEAR = "all_clear", _("确认解除")
        CHECK = "check", _("完成检查项")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="deadlines")
    kind = models.CharField(_("时限"), max_length=12, choices=Kind.choices)
    step = models.PositiveBigIntegerField(_("序次"), default=0)
    epoch = models.PositiveIntegerField(_("计时轮次"), default=1)
    # Who must act, in words, as it was when the clock was armed.
    holder = models.CharField(_("谁来办"), max_length=80)
    armed_at = models.DateTimeField(_("起算"))
    due_at = models.DateTimeField(_("到期"))
    met_at = models.DateTimeField(_("完成"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("取消"), null=True, blank=True)
    passed_at = models.DateTimeField(_("超时已告警"), null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("时限")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind", "step", "epoch"], name="deadline_once"
            ),
            models.CheckConstraint(
                condition=models.Q(met_at__isnull=True) | models.Q(cancelled_at__isnull=True),
                name="deadline_met_or_cancelled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(
                    met_at__isnull=True, cancelled_at__isnull=True, passed_at__isnull=True
                ),
                name="deadline_waiting",
            ),
            models.Index(
                fields=["incident", "due_at"],
                condition=models.Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="deadline_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%H:%M}"
