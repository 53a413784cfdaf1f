"""An incident that is a drill: what marks it, and the clock of its own (plan, row P21).

Both are said at the intake and stay: the database refuses another word later (migration 0017).
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.marks import DRILL, marked

# So many times faster than the hospital's clock; two hours are rehearsed in ten minutes at 12.
FASTEST = 24
_NONE = timedelta(0)


class Drilled(models.Model):
    """What a row of an incident says of being a drill, and the one door to its clock.

    A clock of the plan that is armed, moved or measured goes through here. Of what is real the
    drill's clock is the hospital's.
    """

    is_drill = models.BooleanField(_("演练"), default=False)
    drill_speed = models.PositiveSmallIntegerField(_("演练倍速"), default=1)

    class Meta:
        abstract = True

    def marked(self, text: str) -> str:
        """What this incident says, with 【演练】 first where it is a drill."""
        return marked(text, self.is_drill)

    def paced(self, length: timedelta) -> timedelta:
        """How long a time of the plan lasts by the hospital's clock: a drill's runs faster."""
        return length / self.drill_speed

    def minutes(self, count: float) -> timedelta:
        """So many minutes of the plan, paced."""
        return self.paced(timedelta(minutes=count))

    def due(self, since: datetime, length: timedelta) -> datetime:
        """When a time of the plan that counts from `since` runs out: pauses since do not count."""
        return since + self.paced(length) + self._paused(since, None)

    def lasted(self, start: datetime, end: datetime) -> timedelta:
        """How long that was on the incident's own clock: without pauses, and so much more as it
        runs faster. To be held against the plan's targets, which are of that clock too."""
        if not self.is_drill:
            return end - start
        length = (end - start - self._paused(start, end)) * self.drill_speed
        # What dividing has cut off must not make a minute more of it.
        return timedelta(seconds=round(length.total_seconds(), 3))

    @property
    def paused(self) -> Any:
        """The pause in which a drill stands now, or None."""
        return next((pause for pause in self._pauses if pause.until is None), None)

    @property
    def _pauses(self) -> list[Any]:
        return list(self.pauses.order_by("at")) if self.is_drill else []  # type: ignore[attr-defined]

    def _paused(self, start: datetime, end: datetime | None) -> timedelta:
        """How long it stood between two moments. Without an end, of the pauses that are over."""
        found = _NONE
        for pause in self._pauses:
            until = pause.until or end
            if until is not None:
                until = min(until, end) if end is not None else until
                found += max(until - max(pause.at, start), _NONE)
        return found


class DrillPauseQuerySet(models.QuerySet["DrillPause"]):
    def standing(self) -> models.QuerySet["DrillPause", int]:
        """Keys of the drills that stand now: what the engines pass over."""
        return self.filter(until__isnull=True).values_list("incident_id", flat=True)


class DrillPause(models.Model):
    """A time for which a drill stands: its clocks go on later with what was left of them."""

    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, verbose_name=_("演练"), related_name="pauses"
    )
    at = models.DateTimeField(_("暂停于"))
    until = models.DateTimeField(_("继续于"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("为什么暂停"), max_length=200)

    objects = DrillPauseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("演练暂停")
        ordering = ["incident", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(until__isnull=True),
                name="drill_pause_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("at")),
                name="drill_pause_ends_after_it_began",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="drill_pause_says_why"),
        ]

    def __str__(self) -> str:
        return self.reason


CONSTRAINTS = [
    models.CheckConstraint(
        condition=models.Q(drill_speed=1)
        | models.Q(is_drill=True, drill_speed__gte=1, drill_speed__lte=FASTEST),
        name="incident_only_a_drill_is_faster",
    ),
    models.CheckConstraint(
        condition=models.Q(is_drill=False) | models.Q(title__startswith=DRILL),
        name="incident_drill_says_so_first",
    ),
    models.CheckConstraint(
        condition=~models.Q(state="stopped")
        | models.Q(is_drill=True, ended_at__isnull=False) & ~models.Q(dismissal_reason=""),
        name="incident_only_a_drill_is_stopped",
    ),
]
