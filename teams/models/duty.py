"""Duty rosters (值班表): their rules, and the final calendar that is compiled from the rules."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from teams.models.group import ResponseGroup

# A shift of a week is the longest that is one shift; what is longer takes turns.
LONGEST_SHIFT = 7 * 24 * 60


class Roster(models.Model):
    """One duty post of a group, e.g. the first line of IT. `version` grows with every edit."""

    group = models.ForeignKey(
        ResponseGroup, models.PROTECT, verbose_name=_("小组"), related_name="rosters"
    )
    name = models.CharField(_("名称"), max_length=40, unique=True)
    # 1 is called first, 2 when the first does not answer.
    position = models.PositiveSmallIntegerField(
        _("第几线"), default=1, validators=[MinValueValidator(1)]
    )
    round_the_clock = models.BooleanField(_("全天有人"), default=True)
    stands_in_for_leadership = models.BooleanField(_("非工作时间代行领导职责"), default=False)
    minimum_rest_hours = models.PositiveSmallIntegerField(
        _("两班之间至少休息(小时)"), default=0, validators=[MaxValueValidator(72)]
    )
    # Empty: nobody is reminded, no handover is kept.
    remind_minutes = models.PositiveSmallIntegerField(
        _("上班前几分钟提醒"), default=60, null=True, blank=True
    )
    handover_minutes = models.PositiveSmallIntegerField(
        _("接班后几分钟内确认交接"), default=30, null=True, blank=True
    )
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    compiled_until = models.DateTimeField(_("已排到"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("值班表")
        ordering = ["group", "position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"roster:{self.pk}"


class Layer(models.Model):
    """A shift that recurs (班次): on which days, from when for how long, and who takes turns.

    Of the layers that have a shift at one moment those with the highest `position` serve, so that
    a rota for holidays lies above the weekly one; layers of one position serve together.
    """

    class Kind(models.TextChoices):
        ROTATION = "rotation", _("轮班")
        FIXED = "fixed", _("固定")

    class Days(models.TextChoices):
        EVERY = "every", _("每天")
        WORKDAY = "workday", _("工作日(含调休上班)")
        RESTDAY = "restday", _("休息日(周末和节假日)")
        HOLIDAY = "holiday", _("节假日")
        WEEKDAYS = "weekdays", _("指定星期")

    class Turn(models.TextChoices):
        """What `turn_every` counts before the next people take over."""

        DAY = "day", _("天")
        WEEK = "week", _("周")
        SHIFT = "shift", _("班")

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="layers")
    name = models.CharField(_("班次"), max_length=20)
    position = models.PositiveSmallIntegerField(_("优先级"), default=1)
    kind = models.CharField(_("排法"), max_length=8, choices=Kind.choices, default=Kind.ROTATION)
    starts_on = models.DateField(_("从哪天起"))
    ends_on = models.DateField(_("到哪天止"), null=True, blank=True)
    days = models.CharField(_("哪些天"), max_length=8, choices=Days.choices, default=Days.EVERY)
    # Bit 0 is Monday; only with Days.WEEKDAYS.
    weekdays = models.PositiveSmallIntegerField(_("星期"), default=0)
    begins = models.TimeField(_("几点上班"))
    minutes = models.PositiveIntegerField(_("时长(分钟)"))
    turn = models.CharField(_("轮换单位"), max_length=5, choices=Turn.choices, default=Turn.DAY)
    turn_every = models.PositiveSmallIntegerField(_("每几个单位轮换"), default=1)
    at_once = models.PositiveSmallIntegerField(_("同时几人"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("班次")
        ordering = ["roster", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__range=(1, LONGEST_SHIFT)), name="layer_length"
            ),
            models.CheckConstraint(
                condition=models.Q(turn_every__gte=1, at_once__gte=1), name="layer_turns"
            ),
            models.CheckConstraint(
                condition=models.Q(days="weekdays", weekdays__range=(1, 127))
                | ~models.Q(days="weekdays") & models.Q(weekdays=0),
                name="layer_weekdays_where_meant",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="layer_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster} {self.name}"


class LayerMember(models.Model):
    """Somebody who takes turns in a layer, in order; the same person may come up again."""

    layer = models.ForeignKey(Layer, models.CASCADE, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("人员"), related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        verbose_name = verbose_name_plural = _("轮班人员")
        ordering = ["layer", "position"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "position"], name="layer_member_once")
        ]


class RosterEdit(models.Model):
    """One edit of a roster's rules, with the rules as they were before: what `undo` restores."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="edits")
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    before = models.JSONField(_("之前的规则"))
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("值班表修改")
        ordering = ["-pk"]


class DutySpan(models.Func):
    """`[starts_at, ends_at)` of a duty, spelled as its index spells it."""

    function = "tstzrange"
    output_field = DateTimeRangeField()

    def __init__(self, *expressions: Any) -> None:
        super().__init__(*(expressions or ("starts_at", "ends_at")))


def _only(column: str) -> models.Func:
    # A plain number in an exclusion constraint wants btree_gist; a range of one number does not.
    return models.Func(models.F(column), models.F(column), models.Value("[]"), function="int8range")


class DutyQuerySet(models.QuerySet["Duty"]):
    def at(self, moment: datetime.datetime) -> "DutyQuerySet":
        """Those that hold at this moment, past or future; found by the index of spans."""
        return self.alias(span=DutySpan()).filter(span__contains=Value(moment))

    def between(self, start: datetime.datetime, end: datetime.datetime) -> "DutyQuerySet":
        """Those that hold at some moment of `[start, end)`."""
        return self.alias(span=DutySpan()).filter(span__overlap=(start, end))


class Duty(models.Model):
    """A stretch of the final calendar (值班段): this person serves in this roster, in UTC.

    Written by `workflow.compile_roster` only. What has begun stays: the database lets nothing but
    the end of a running stretch move.
    """

    class Source(models.TextChoices):
        LAYER = "layer", _("排班")
        STAND_IN = "stand_in", _("代班")
        REPLACEMENT = "replacement", _("临时替换")

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="duties")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("值班人"), related_name="duties"
    )
    starts_at = models.DateTimeField(_("上班"))
    ends_at = models.DateTimeField(_("下班"))
    # Which of the people who serve at once; one person a slot at any moment.
    slot = models.PositiveSmallIntegerField(_("位置"), default=0)
    # The shift's name as it was, and the day to which it belongs (a night shift's first day).
    shift = models.CharField(_("班次"), max_length=20)
    shift_on = models.DateField(_("班次日期"))
    source = models.CharField(_("来源"), max_length=11, choices=Source.choices)
    # Whose turn it would have been, where somebody stands in.
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    compiled_at = models.DateTimeField(_("排定时间"))
    reminded_at = models.DateTimeField(_("已提醒"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("值班段")
        ordering = ["starts_at", "roster", "slot"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="duty_has_length"
            ),
            # Its index, led by the span, also answers «who is on at this moment».
            ExclusionConstraint(
                name="duty_nobody_twice",
                expressions=[
                    (DutySpan(), RangeOperators.OVERLAPS),
                    (_only("roster_id"), RangeOperators.OVERLAPS),
                    (_only("person_id"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["roster", "starts_at"], name="duty_of_roster"),
            models.Index(fields=["person", "starts_at"], name="duty_of_person"),
            models.Index(
                fields=["starts_at"],
                condition=models.Q(reminded_at__isnull=True),
                name="duty_unreminded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster} {self.person} {self.starts_at:%Y-%m-%d %H:%M}"
