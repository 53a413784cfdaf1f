"""Going up the ladder (升级链): one climb of an incident, and each rung that was taken or skipped.

The ladder itself is the plan's, as frozen in the incident's plan version (`plans.models.Rung`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from journal.models import Entry
from plans.models import LEVELS, Rung


class Why(models.TextChoices):
    """Why people are called one rung after another."""

    REPORTED = "reported", _("还没有人确认收到")
    REGRADED = "regraded", _("级别调高")
    STALLED = "stalled", _("确认收到后没有进展")
    HANDOVER = "handover", _("接班人没有确认接手")


class ClimbState(models.TextChoices):
    RUNNING = "running", _("正在逐步呼叫")
    PAUSED = "paused", _("已暂停")
    ENDED = "ended", _("已停止")


class Ending(models.TextChoices):
    ANSWERED = "answered", _("有人确认收到")
    PROGRESS = "progress", _("处置有了进展")
    OVER = "over", _("服务已恢复或事件已结束")
    SUPERSEDED = "superseded", _("级别调高，重新开始")


class ClimbQuerySet(models.QuerySet["Climb"]):
    def active(self) -> "ClimbQuerySet":
        """Running or paused."""
        return self.exclude(state=ClimbState.ENDED)


class Climb(models.Model):
    """One going up of an incident's ladder; each start is a new `epoch` of the incident.

    `due_at` is the moment at which the rung at `position` (or the next one above it) is taken.
    While the climb is paused it is empty, and `seconds_left` is what remained of it. Behind the
    last rung it is empty too, unless the plan says that the ladder begins anew: then `round` has
    grown. `exhausted_at` says since when nobody is left to be called.
    """

    Why = Why
    State = ClimbState
    Ending = Ending

    incident = models.ForeignKey(
        Incident, models.PROTECT, verbose_name=_("故障事件"), related_name="climbs"
    )
    epoch = models.PositiveIntegerField(_("升级轮次"))
    why = models.CharField(_("为什么升级"), max_length=10, choices=Why.choices)
    level = models.PositiveSmallIntegerField(_("级别"), choices=LEVELS)
    state = models.CharField(
        _("状态"), max_length=8, choices=ClimbState.choices, default=ClimbState.RUNNING
    )
    round = models.PositiveSmallIntegerField(_("第几遍"), default=1)
    position = models.PositiveSmallIntegerField(_("下一步"), default=1)
    due_at = models.DateTimeField(_("下一步时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始"))
    # Who knows already, because their own act started it: they are not called.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    paused_at = models.DateTimeField(_("暂停于"), null=True, blank=True)
    paused_until = models.DateTimeField(_("暂停到"), null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    pause_reason = models.CharField(_("暂停理由"), max_length=200, blank=True)
    seconds_left = models.PositiveIntegerField(null=True, blank=True)
    exhausted_at = models.DateTimeField(_("走完于"), null=True, blank=True)
    ended_at = models.DateTimeField(_("停止于"), null=True, blank=True)
    ended_how = models.CharField(_("怎样停止"), max_length=10, choices=Ending.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    # Grows with each verb of a person; the engine's own steps leave it.
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = ClimbQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("升级呼叫")
        ordering = ["incident", "-epoch"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "epoch"], name="climb_once_per_epoch"),
            models.UniqueConstraint(
                fields=["incident"], condition=~Q(state="ended"), name="climb_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in ClimbState]),
                name="climb_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_until__isnull=False, due_at__isnull=True)
                | ~Q(state="paused") & Q(paused_until__isnull=True),
                name="climb_paused_until",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False, due_at__isnull=True)
                & ~Q(ended_how="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, ended_how=""),
                name="climb_ended_somehow",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="climb_due"),
            models.Index(
                fields=["paused_until"],
                condition=Q(paused_until__isnull=False),
                name="climb_resumes",
            ),
            models.Index(
                fields=["exhausted_at"],
                condition=Q(exhausted_at__isnull=False) & ~Q(state="ended"),
                name="climb_exhausted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} #{self.epoch}"


class Skip(models.TextChoices):
    EMPTY = "empty", _("这一步现在没有人")
    UNREACHABLE = "unreachable", _("这些人现在没有能用的联系渠道")


class Step(models.Model):
    """A rung that was taken (`entry`: what people were alerted about) or skipped, once a round."""

    Skip = Skip

    climb = models.ForeignKey(Climb, models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField(_("第几遍"))
    position = models.PositiveSmallIntegerField(_("次序"))
    rung = models.ForeignKey(Rung, models.PROTECT, verbose_name=_("升级步"), related_name="+")
    at = models.DateTimeField(_("时间"))
    skipped = models.CharField(_("跳过原因"), max_length=12, choices=Skip.choices, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="step", null=True, blank=True)
    # So many different people must acknowledge.
    needed = models.PositiveSmallIntegerField(_("需确认人数"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("升级步骤")
        ordering = ["climb", "round", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["climb", "round", "position"], name="step_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, skipped="")
                | Q(entry__isnull=True) & ~Q(skipped=""),
                name="step_fired_or_skipped",
            ),
        ]
