"""What people wrote into the regulator's form, beside what the incident fills in by itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident


class Stage(models.TextChoices):
    """The three reports that a regulator gets of one event."""

    FIRST = "first", _("首报")
    FURTHER = "further", _("续报")
    FINAL = "final", _("总结报告")


class LawReport(models.Model):
    """The words of one stage of one incident; `words` has a text for each field that was written.

    It is worked on, and nothing of it is ever sent by the product. The journal keeps each version.
    """

    Stage = Stage

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="law_reports")
    stage = models.CharField(_("报告种类"), max_length=8, choices=Stage.choices)
    words = models.JSONField(_("填写的内容"), default=dict)
    version = models.PositiveIntegerField(_("版次"), default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("法定报告表")
        ordering = ["incident", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "stage"], name="law_report_once"),
            models.CheckConstraint(
                condition=models.Q(stage__in=["first", "further", "final"]),
                name="law_report_stage_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_stage_display()}"
