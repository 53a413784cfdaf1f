"""What was measured of each incident, one narrow row each: the figures count over these."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from plans.models import FaultType


class Step(models.TextChoices):
    """What is measured, from the report on; each has two columns, its seconds and its target."""

    ACKNOWLEDGE = "acknowledge", _("确认收到")
    CONFIRM = "confirm", _("确认故障")
    COMMAND = "command", _("下达指令")
    FIRST_NOTICE = "first_notice", _("首次患者通知")
    RESTORE = "restore", _("恢复服务")


def _seconds() -> models.IntegerField:
    return models.IntegerField(null=True)


class IncidentTimes(models.Model):
    """One incident's times in whole seconds from the report (plan, row P17), and what they are
    counted by. Derived: `reviews.figures.keeping` writes it after the verb, and can write it again
    from the incident at any time. Nothing else reads or writes it but the figures.

    An empty time: it has not happened. An empty target: the plan sets none, or it was waived.
    """

    incident = models.OneToOneField(
        Incident, models.CASCADE, primary_key=True, related_name="measured"
    )
    reported_at = models.DateTimeField(_("报告时间"))
    # By the hospital's clock: the day, ISO weekday (1 is Monday) and hour of the report.
    day = models.DateField(_("日期"))
    weekday = models.PositiveSmallIntegerField(_("星期"))
    hour = models.PositiveSmallIntegerField(_("小时"))
    in_office_hours = models.BooleanField(_("上班时间"))

    # False: a mistaken report, or merged into another; kept, and not counted.
    is_counted = models.BooleanField(_("计入"))
    level = models.PositiveSmallIntegerField(_("级别"), null=True)
    fault_type = models.CharField(_("故障类型"), max_length=10, choices=FaultType.choices)
    # Keys of the departments affected (until they are known, of the reporting one) and services.
    departments = ArrayField(models.BigIntegerField(), default=list)
    services = ArrayField(models.BigIntegerField(), default=list)
    relapses = models.PositiveSmallIntegerField(_("复发次数"), default=0)

    acknowledge = _seconds()
    acknowledge_target = _seconds()
    confirm = _seconds()
    confirm_target = _seconds()
    command = _seconds()
    command_target = _seconds()
    first_notice = _seconds()
    first_notice_target = _seconds()
    restore = _seconds()
    restore_target = _seconds()

    measured_at = models.DateTimeField(_("测算时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("事件用时")
        indexes = [
            models.Index(fields=["day"], name="times_day"),
            models.Index(fields=["measured_at"], name="times_measured"),
        ]
