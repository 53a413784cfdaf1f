"""Manual mode (手工模式): a department works on paper, by order of who commands the incident."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from incidents import authority
from incidents.models.incident import Incident
from journal.states import StateField
from teams.models import Department


class ModeState(models.TextChoices):
    ORDERED = "ordered", _("待科室确认")
    ON = "on", _("手工模式")
    LEAVING = "leaving", _("待确认停用")
    ENDED = "ended", _("已停用")


# The department is to work on paper; and: it has something to do about manual mode.
ON_PAPER = (ModeState.ORDERED, ModeState.ON)
UNDER_WAY = (*ON_PAPER, ModeState.LEAVING)


class ManualModeQuerySet(models.QuerySet["ManualMode"]):
    def on(self) -> "ManualModeQuerySet":
        """Departments that are to work on paper now."""
        return self.filter(state__in=ON_PAPER)

    def under_way(self) -> "ManualModeQuerySet":
        """These, and those that have not confirmed the end yet."""
        return self.filter(state__in=UNDER_WAY)


class ManualMode(FSMModelMixin, models.Model):
    """One stretch of manual mode of one department, for one incident.

    A department is in at most one. It counts from `on_at`, when it was ordered; the department's
    own word that it does so is `on_confirmed_at`.
    """

    State = ModeState

    state = StateField(_("状态"), choices=State.choices, default=State.ORDERED, protected=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    incident = models.ForeignKey(
        Incident, models.PROTECT, verbose_name=_("故障事件"), related_name="manual_modes"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("科室"), related_name="+"
    )
    reason = models.TextField(_("理由"))
    expected_minutes = models.PositiveIntegerField(_("预计多久（分钟）"))
    on_at = models.DateTimeField(_("启用时间"))
    on_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_confirmed_at = models.DateTimeField(_("确认启用时间"), null=True, blank=True)
    on_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    off_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    off_reason = models.TextField(_("停用说明"), blank=True)
    off_confirmed_at = models.DateTimeField(_("确认停用时间"), null=True, blank=True)
    off_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = ManualModeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("手工模式")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department"],
                condition=models.Q(state__in=[str(state) for state in ON_PAPER]),
                name="manual_mode_once_per_department",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in ModeState]),
                name="manual_mode_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[str(state) for state in ON_PAPER], off_at__isnull=True
                )
                | models.Q(
                    state__in=["leaving", "ended"], off_at__isnull=False, off_by__isnull=False
                ),
                name="manual_mode_off_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.department)

    @property
    def expected_until(self) -> datetime.datetime:
        return self.incident.due(self.on_at, datetime.timedelta(minutes=self.expected_minutes))

    @property
    def is_on(self) -> bool:
        return self.state in ON_PAPER

    @transition(
        state,
        source=State.ORDERED,
        target=State.ON,
        permission=authority.works_in_department,
        custom={"label": _("确认：已转手工")},
    )
    def confirm_on(self, *, at: Any, by: Any) -> None:
        """The department works on paper."""
        self.on_confirmed_at, self.on_confirmed_by = at, by

    @transition(
        state,
        source=ON_PAPER,
        target=State.LEAVING,
        permission=lambda row, person: authority.switches_manual_mode(row.incident, person),
        custom={"label": _("停用手工模式")},
    )
    def switch_off(self, *, at: Any, by: Any, reason: str) -> None:
        """Back to the computers, by the same authority."""
        self.off_at, self.off_by, self.off_reason = at, by, reason

    @transition(
        state,
        source=State.LEAVING,
        target=State.ENDED,
        permission=authority.works_in_department,
        custom={"label": _("确认：已停用手工")},
    )
    def confirm_off(self, *, at: Any, by: Any) -> None:
        """The department works with its computers again."""
        self.off_confirmed_at, self.off_confirmed_by = at, by

    @transition(
        state,
        source=State.LEAVING,
        target=State.ENDED,
        permission=authority.is_employee,
        custom={"label": _("又转手工模式")},
    )
    def overtake(self, *, at: Any, by: Any) -> None:
        """Before the department confirmed the end it was ordered back to paper: nothing is left
        to confirm of this stretch."""
