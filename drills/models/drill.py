"""One drill, who takes part, and its clock."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from drills import authority
from drills.models.programme import PlannedDrill
from incidents.models import Incident
from incidents.models.drill import FASTEST
from journal.states import StateField
from plans.marks import marked
from plans.models import PlanVersion


class DrillState(models.TextChoices):
    PLANNED = "planned", _("待开始")
    RUNNING = "running", _("进行中")
    PAUSED = "paused", _("已暂停")
    ENDED = "ended", _("已结束，待评估")
    EVALUATED = "evaluated", _("已评估")
    CANCELLED = "cancelled", _("已取消")


class Kind(models.TextChoices):
    TABLETOP = "tabletop", _("桌面推演")
    FUNCTIONAL = "functional", _("功能演练")


class DrillQuerySet(models.QuerySet["Drill"]):
    def under_way(self) -> "DrillQuerySet":
        """Begun and not ended."""
        return self.filter(state__in=[DrillState.RUNNING, DrillState.PAUSED])

    def to_be_played(self) -> "DrillQuerySet":
        """Not over: they wait, run or stand."""
        return self.filter(state__in=[DrillState.PLANNED, DrillState.RUNNING, DrillState.PAUSED])

    def seen_by(self, person: Any) -> "DrillQuerySet":
        """What this person may know of: all of it, or those in which they sit."""
        if authority.sees_ahead(None, person):
            return self
        return self.filter(seats__person=person).distinct()


class Drill(FSMModelMixin, models.Model):
    """A drill of one scenario (domain, row P21), with the scenario's text as it was then.

    Its clock runs `speed` times as fast as life from `started_at`, and stands still while it is
    paused. A functional drill has incidents of its own, marked as drill; a tabletop has none.
    """

    State = DrillState
    Kind = Kind

    state = StateField(
        _("状态"), choices=DrillState.choices, default=DrillState.PLANNED, protected=True
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    client_uuid = models.UUIDField(_("提交标识"), unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("形式"), max_length=10, choices=Kind.choices)
    scenario = models.CharField(_("剧本"), max_length=60)
    scenario_title = models.CharField(_("剧本标题"), max_length=120)
    scenario_text = models.TextField(_("剧本原文"))
    plan = models.ForeignKey(
        PlanVersion, models.PROTECT, verbose_name=_("预案版本"), related_name="drills"
    )
    speed = models.PositiveSmallIntegerField(_("倍速"), default=1)
    planned = models.ForeignKey(
        PlannedDrill,
        models.PROTECT,
        verbose_name=_("年度计划中的演练"),
        related_name="drills",
        null=True,
        blank=True,
    )
    held_at = models.DateTimeField(_("预定时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("建立人"), related_name="+"
    )
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("开始人"),
        related_name="+",
        null=True,
        blank=True,
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end_reason = models.CharField(_("结束或取消的原因"), max_length=200, blank=True)
    evaluated_at = models.DateTimeField(_("评估完成"), null=True, blank=True)
    summary = models.TextField(_("评估小结"), blank=True)

    objects = DrillQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("演练")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in DrillState]),
                name="drill_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(speed__range=(1, FASTEST)), name="drill_speed_bearable"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "cancelled"])
                | models.Q(started_at__isnull=False, started_by__isnull=False),
                name="drill_begun_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["ended", "evaluated"])
                | models.Q(ended_at__isnull=False),
                name="drill_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return marked(self.name, True)

    def get_absolute_url(self) -> str:
        return reverse("drills:drill", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"drill:{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (DrillState.RUNNING, DrillState.PAUSED)

    @property
    def is_tabletop(self) -> bool:
        return self.kind == Kind.TABLETOP

    @property
    def main(self) -> Incident | None:
        """The incident that the drill is about; a tabletop has none. One query."""
        link = self.links.select_related("incident").order_by("pk").first()
        return link.incident if link else None

    def evaluators(self) -> list[Any]:
        """Who evaluates it; one query."""
        seats = self.seats.filter(part="evaluator").select_related("person")
        return [seat.person for seat in seats]

    def minutes_at(
        self, moment: datetime.datetime, pauses: "Sequence[Pause] | None" = None
    ) -> float:
        """The drill's own clock at a moment, in minutes. One query for its pauses, none where the
        caller has them."""
        began = self._began()
        stood = datetime.timedelta()
        for pause in self.pauses.all() if pauses is None else pauses:
            until = min(pause.ended_at or moment, moment)
            stood += max(until - pause.began_at, datetime.timedelta())
        return (moment - began - stood).total_seconds() * self.speed / 60

    def _began(self) -> datetime.datetime:
        if self.started_at is None:
            raise ValueError("a drill that has not begun has no clock")
        return self.started_at

    # The verbs. Their bodies only stamp facts; `drills.workflow` is the one caller.

    @transition(
        state,
        source=DrillState.PLANNED,
        target=None,
        permission=authority.controls,
        custom={"label": _("修改演练")},
    )
    def change(self, *, at: Any, by: Any, **facts: Any) -> None:
        """Name, scenario, speed, people: until it begins."""
        for field, value in facts.items():
            setattr(self, field, value)

    @transition(
        state,
        source=[DrillState.PLANNED, DrillState.RUNNING, DrillState.PAUSED, DrillState.ENDED],
        target=None,
        permission=authority.controls,
        custom={"label": _("更换评估人")},
    )
    def name_evaluators(self, *, at: Any, by: Any) -> None:
        """Other people evaluate it: until that is done."""

    @transition(
        state,
        source=DrillState.PLANNED,
        target=DrillState.RUNNING,
        permission=authority.controls,
        custom={"label": _("开始演练")},
    )
    def start(self, *, at: Any, by: Any) -> None:
        self.started_at, self.started_by = at, by

    @transition(
        state,
        source=DrillState.RUNNING,
        target=DrillState.PAUSED,
        permission=authority.controls_or_system,
        custom={"label": _("暂停演练")},
    )
    def pause(self, *, at: Any, by: Any) -> None:
        """The clock stands still."""

    @transition(
        state,
        source=DrillState.PAUSED,
        target=DrillState.RUNNING,
        permission=authority.controls_or_system,
        custom={"label": _("继续演练")},
    )
    def resume(self, *, at: Any, by: Any) -> None:
        """The clock goes on with what was left."""

    @transition(
        state,
        source=[DrillState.RUNNING, DrillState.PAUSED],
        target=DrillState.ENDED,
        permission=authority.controls_or_system,
        custom={"label": _("结束演练")},
    )
    def end(self, *, at: Any, by: Any, reason: str) -> None:
        self.ended_at, self.end_reason = at, reason

    @transition(
        state,
        source=DrillState.PLANNED,
        target=DrillState.CANCELLED,
        permission=authority.controls,
        custom={"label": _("取消演练")},
    )
    def cancel(self, *, at: Any, by: Any, reason: str) -> None:
        self.end_reason = reason

    @transition(
        state,
        source=DrillState.ENDED,
        target=DrillState.EVALUATED,
        permission=authority.evaluates,
        custom={"label": _("完成评估")},
    )
    def evaluate(self, *, at: Any, by: Any, summary: str) -> None:
        self.evaluated_at, self.summary = at, summary


class Pause(models.Model):
    """A time in which the drill's clock stood still."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="pauses")
    began_at = models.DateTimeField(_("暂停于"))
    ended_at = models.DateTimeField(_("继续于"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("演练暂停")
        ordering = ["began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["drill"], condition=models.Q(ended_at__isnull=True), name="pause_one_open"
            )
        ]


class DrillIncident(models.Model):
    """An incident that a drill opened. The first one is what the drill is about."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="links")
    incident = models.OneToOneField(Incident, models.PROTECT, related_name="drilled")

    class Meta:
        verbose_name = verbose_name_plural = _("演练的故障事件")
        ordering = ["pk"]


class Seat(models.Model):
    """A person's part in a drill: plays a role of the scenario, controls it, or evaluates it."""

    class Part(models.TextChoices):
        PLAYER = "player", _("参演")
        CONTROLLER = "controller", _("导调")
        EVALUATOR = "evaluator", _("评估")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="seats")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("人员"), related_name="+"
    )
    part = models.CharField(_("身份"), max_length=10, choices=Part.choices)
    # The scenario's role that a player plays, as the scenario names it; else empty.
    role = models.CharField(_("剧本里的角色"), max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("演练人员")
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["drill", "role"], condition=~models.Q(role=""), name="seat_role_once"
            ),
            models.UniqueConstraint(
                fields=["drill", "person", "part"],
                condition=models.Q(role=""),
                name="seat_part_once",
            ),
            models.CheckConstraint(
                condition=models.Q(part="player") & ~models.Q(role="")
                | ~models.Q(part="player") & models.Q(role=""),
                name="seat_player_has_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role or self.get_part_display()}"
