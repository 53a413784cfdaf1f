"""Planned maintenance (计划维护) and its machine: announced ahead, ended by the clock."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from incidents.models import Incident
from incidents.models.state import UNRESTORED
from journal.states import StateField
from notices import authority
from notices.models.words import Words


class MaintenanceState(models.TextChoices):
    DRAFT = "draft", _("待批准")
    APPROVED = "approved", _("已批准，待公布")
    ANNOUNCED = "announced", _("已公布")
    RUNNING = "running", _("正在维护")
    OVER = "over", _("已结束")
    REPLACED = "replaced", _("已被新一版接替")
    CANCELLED = "cancelled", _("已取消")
    ESCALATED = "escalated", _("已转为故障事件")


State = MaintenanceState
PREPARED = (State.DRAFT, State.APPROVED)
PUBLIC = (State.ANNOUNCED, State.RUNNING)


class MaintenanceQuerySet(models.QuerySet["Maintenance"]):
    def public(self) -> "MaintenanceQuerySet":
        """What patients read now. What became a fault stays until the fault has a notice."""
        unspoken = models.Q(
            state=State.ESCALATED,
            incident__state__in=UNRESTORED,
            incident__notified_at__isnull=True,
        )
        return self.filter(models.Q(state__in=PUBLIC) | unspoken)

    def past_since(self, at: datetime.datetime) -> "MaintenanceQuerySet":
        """Over, or cancelled after patients could read it, since this moment."""
        return self.filter(
            models.Q(state=State.OVER) | models.Q(state=State.CANCELLED),
            announced_at__isnull=False,
            ended_at__gte=at,
        )

    def due(self, at: datetime.datetime) -> "MaintenanceQuerySet":
        """Whose beginning or end has come."""
        return self.filter(
            models.Q(state=State.ANNOUNCED, starts_at__lte=at)
            | models.Q(state=State.RUNNING, ends_at__lte=at)
        )


class Maintenance(FSMModelMixin, Words):
    """Work that was planned, and what patients are told about it: nobody's fault, and no incident.

    A change of what is announced is a new row that `replaces` it. `version` grows with every verb.
    `finished_by` is who said that the work is done; the clock alone cannot know that.
    """

    State = MaintenanceState

    title = models.CharField(_("做什么"), max_length=60)
    state = StateField(_("状态"), choices=State.choices, default=State.DRAFT, protected=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("接替"),
        related_name="replaced_by",
        null=True,
        blank=True,
    )
    # The fault that it became.
    incident = models.ForeignKey(
        Incident,
        models.PROTECT,
        verbose_name=_("故障事件"),
        related_name="maintenances",
        null=True,
        blank=True,
    )

    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    announced_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    # When it left the public page. Nobody's name: the clock ended it.
    ended_at = models.DateTimeField(_("实际结束时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    finished_at = models.DateTimeField(_("确认完成时间"), null=True, blank=True)
    cancel_reason = models.CharField(_("取消理由"), max_length=200, blank=True)

    objects = MaintenanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计划维护")
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(
                fields=["starts_at"],
                condition=models.Q(state__in=["announced", "running"]),
                name="maintenance_on_the_clock",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in State]),
                name="maintenance_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="maintenance_is_a_span"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="maintenance_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "cancelled"])
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="maintenance_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "approved", "cancelled"])
                | models.Q(announced_by__isnull=False, announced_at__isnull=False),
                name="maintenance_announced_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled")
                | ~models.Q(cancel_reason="") & models.Q(ended_at__isnull=False),
                name="maintenance_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="escalated") | models.Q(incident__isnull=False),
                name="maintenance_became_a_fault",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=models.Q(state__in=["draft", "approved"]),
                name="maintenance_one_successor",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("notices:maintenance", args=[self.pk])

    @property
    def is_unconfirmed(self) -> bool:
        """Its time is over, and nobody has said that the work is done."""
        return self.state == State.OVER and self.finished_at is None

    # The verbs. Their bodies only stamp facts; `notices.workflow` is the one caller.

    @transition(
        state,
        source=PREPARED,
        target=State.DRAFT,
        permission=authority.plans_maintenance,
        custom={"label": _("修改")},
    )
    def edit(self, *, at: Any, by: Any) -> None:
        """Other words: whoever approved the old ones has not approved these."""
        self.drafted_at, self.drafted_by = at, by
        self.approved_at = self.approved_by = None

    @transition(
        state,
        source=State.DRAFT,
        target=State.APPROVED,
        permission=authority.may_approve_maintenance,
        custom={"label": _("批准")},
    )
    def approve(self, *, at: Any, by: Any) -> None:
        """A second person has read what patients will read."""
        self.approved_at, self.approved_by = at, by

    @transition(
        state,
        source=State.APPROVED,
        target=State.ANNOUNCED,
        permission=authority.plans_maintenance,
        custom={"label": _("公布")},
    )
    def announce(self, *, at: Any, by: Any) -> None:
        """Patients read it from now on."""
        self.announced_at, self.announced_by = at, by

    @transition(
        state,
        source=PUBLIC,
        target=State.REPLACED,
        permission=authority.plans_maintenance,
        custom={"label": _("变更")},
    )
    def change(self, *, at: Any, by: Any) -> None:
        """Another version takes its place, in the transaction that announces the other."""
        self.ended_at, self.ended_by = at, by

    @transition(
        state,
        source=State.ANNOUNCED,
        target=State.RUNNING,
        permission=authority.is_the_clock,
        custom={"label": _("开始")},
    )
    def begin(self, *, at: Any, by: Any) -> None:
        """Its time has come."""

    @transition(
        state,
        source=State.RUNNING,
        target=State.OVER,
        permission=authority.is_the_clock,
        custom={"label": _("到时结束")},
    )
    def lapse(self, *, at: Any, by: Any) -> None:
        """Its time is over; whether the work is done, somebody must say."""
        self.ended_at = at

    @transition(
        state,
        source=(State.RUNNING, State.OVER),
        target=State.OVER,
        conditions=[authority.is_unfinished],
        permission=authority.runs_maintenance,
        custom={"label": _("确认完成")},
    )
    def finish(self, *, at: Any, by: Any) -> None:
        """The work is done, and it works again."""
        self.finished_at, self.finished_by = at, by
        if self.ended_at is None:
            self.ended_at, self.ended_by = at, by

    @transition(
        state,
        source=(*PREPARED, State.ANNOUNCED),
        target=State.CANCELLED,
        permission=authority.may_cancel_maintenance,
        custom={"label": _("取消维护")},
    )
    def cancel(self, *, at: Any, by: Any, reason: str) -> None:
        """It will not be; the reason is kept, and told to patients who read of it."""
        self.ended_at, self.ended_by, self.cancel_reason = at, by, reason

    @transition(
        state,
        source=(State.RUNNING, State.OVER),
        target=State.ESCALATED,
        conditions=[authority.is_unfinished],
        permission=authority.runs_maintenance,
        custom={"label": _("转为故障事件")},
    )
    def escalate(self, *, at: Any, by: Any, incident: Incident) -> None:
        """It does not work again: from now on it is a fault like any other."""
        self.incident = incident
        # Patients must not read on that it is over.
        self.ended_at = self.ended_by = None
