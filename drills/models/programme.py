"""The year's drills as they were planned (domain, row P21)."""

import calendar
import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Department


class Type(models.TextChoices):
    """How a drill is held."""

    TABLETOP = "tabletop", _("桌面推演")
    FUNCTIONAL = "functional", _("功能演练")
    CALL_DOWN = "call_down", _("不预先通知的点名")


class Programme(models.Model):
    """One year's programme. There is one a year; its drills are rows below it."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    opened_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("年度演练计划")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(_("%(year)s 年演练计划") % {"year": self.year})

    def get_absolute_url(self) -> str:
        return f"{reverse('drills:programme')}?year={self.year}"

    @property
    def stream(self) -> str:
        return f"programme:{self.year}"


class PlannedDrillQuerySet(models.QuerySet["PlannedDrill"]):
    def open(self) -> "PlannedDrillQuerySet":
        """Neither held nor called off."""
        return self.filter(held_on__isnull=True, cancelled_at__isnull=True)


class PlannedDrill(models.Model):
    """A drill that is to be held in one month of the year.

    Due from the first day of its month, overdue when the month is over. `told_due_at` and
    `told_overdue_at`: the responsible person was told of it.
    """

    Type = Type

    programme = models.ForeignKey(
        Programme, models.PROTECT, verbose_name=_("年度计划"), related_name="planned"
    )
    client_uuid = models.UUIDField(_("提交标识"), unique=True)
    name = models.CharField(_("名称"), max_length=80)
    type = models.CharField(_("形式"), max_length=10, choices=Type.choices)
    month = models.PositiveSmallIntegerField(_("月份"))
    departments = models.ManyToManyField(Department, verbose_name=_("参加科室"), related_name="+")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("负责人"), related_name="+"
    )
    # The name of a scenario in the library; empty: it is chosen later.
    scenario = models.CharField(_("剧本"), max_length=60, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    held_on = models.DateField(_("举行日期"), null=True, blank=True)
    held_note = models.CharField(_("举行情况"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    told_due_at = models.DateTimeField(_("到期已提醒"), null=True, blank=True)
    told_overdue_at = models.DateTimeField(_("逾期已提醒"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = PlannedDrillQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计划的演练")
        ordering = ["programme", "month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__range=(1, 12)), name="planned_drill_month_known"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | ~models.Q(cancel_reason=""),
                name="planned_drill_cancelled_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("drills:change_planned", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.held_on is None and self.cancelled_at is None

    @property
    def first_day(self) -> datetime.date:
        return datetime.date(self.programme.year, self.month, 1)

    @property
    def last_day(self) -> datetime.date:
        days = calendar.monthrange(self.programme.year, self.month)[1]
        return datetime.date(self.programme.year, self.month, days)

    @property
    def is_due(self) -> bool:
        return self.is_open and self.first_day <= timezone.localdate() <= self.last_day

    @property
    def has_come(self) -> bool:
        """Due or overdue."""
        return self.is_open and timezone.localdate() >= self.first_day

    @property
    def is_overdue(self) -> bool:
        return self.is_open and timezone.localdate() > self.last_day
