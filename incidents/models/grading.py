"""How a grade was found: the plan's worksheet as it was answered, and what a person decided."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from plans.models import LEVELS, PlanVersion


class Grading(models.Model):
    """One decision on the grade, with the answers that it rests on (row P9).

    `answers` are `{question, level, yes}`, in the worksheet's order and words, so that they read
    the same whatever becomes of the plan; empty where the worksheet was skipped. `proposed` is what
    they spoke for; who decided otherwise says why in `difference`.
    """

    class Verb(models.TextChoices):
        CONFIRM = "confirm", _("确认故障")
        REGRADE = "regrade", _("调整级别")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="gradings")
    plan = models.ForeignKey(
        PlanVersion, models.PROTECT, verbose_name=_("预案版本"), related_name="+"
    )
    verb = models.CharField(_("步骤"), max_length=8, choices=Verb.choices)
    answers = models.JSONField(_("定级问题的答案"), default=list, blank=True)
    proposed = models.PositiveSmallIntegerField(
        _("建议级别"), choices=LEVELS, null=True, blank=True
    )
    decided = models.PositiveSmallIntegerField(_("采用级别"), choices=LEVELS)
    difference = models.CharField(_("与建议不同的理由"), max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("定级记录")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proposed__isnull=True)
                | models.Q(proposed=models.F("decided"))
                | ~models.Q(difference=""),
                name="grading_difference_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_decided_display()}"

    @property
    def is_skipped(self) -> bool:
        return not self.answers

    @property
    def yes(self) -> list[dict[str, Any]]:
        """The answers that spoke for a grade."""
        return [answer for answer in self.answers if answer["yes"]]
