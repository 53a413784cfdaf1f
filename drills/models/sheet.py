"""The evaluator's sheet: a verdict on each expected act, and what was found (drill record)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drills.models.drill import Drill
from drills.models.script import Expected
from reviews.models import ActionItem
from teams.models import Department


class Verdict(models.Model):
    """What one evaluator says of one expected act."""

    class Mark(models.TextChoices):
        YES = "yes", _("做到")
        PARTLY = "partly", _("部分做到")
        NO = "no", _("没有做到")
        NOT_ASKED = "na", _("不适用")

    expected = models.ForeignKey(Expected, models.PROTECT, related_name="verdicts")
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("评估人"), related_name="+"
    )
    mark = models.CharField(_("结论"), max_length=6, choices=Mark.choices)
    explanation = models.CharField(_("说明"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("评估结论")
        ordering = ["expected", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["expected", "evaluator"], name="verdict_once_each"),
        ]


class Finding(models.Model):
    """A problem that the drill showed, with the corrective action, its owner and date.

    `action`: the measure in the review of the drill's incident that was made of it.
    """

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="findings")
    client_uuid = models.UUIDField(_("提交标识"), unique=True)
    problem = models.CharField(_("问题"), max_length=300)
    kind = models.CharField(
        _("类别"), max_length=8, choices=ActionItem.Kind.choices, default=ActionItem.Kind.FIX
    )
    measure = models.CharField(_("整改措施"), max_length=300)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("责任科室"), related_name="+"
    )
    due_on = models.DateField(_("完成日期"))
    action = models.OneToOneField(
        ActionItem,
        models.PROTECT,
        verbose_name=_("整改项"),
        related_name="drill_finding",
        null=True,
        blank=True,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("提出人"), related_name="+"
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("演练发现的问题")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.problem


class Trial(models.Model):
    """A drill tries what an action item has changed. `passed` is said with the evaluation."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="trials")
    action = models.ForeignKey(
        ActionItem, models.PROTECT, verbose_name=_("整改项"), related_name="trials"
    )
    passed = models.BooleanField(_("通过"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("检验的整改项")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["drill", "action"], name="trial_once_a_drill"),
        ]

    def __str__(self) -> str:
        return str(self.action)
