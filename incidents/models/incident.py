"""The incident and its machine, from the first report to the archived review."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from incidents import authority, filing
from incidents.models.drill import CONSTRAINTS, Drilled
from incidents.models.numbering import number_of
from incidents.models.state import ENDED, NOTICE_TRACK, OPEN, UNRESTORED, State
from journal.states import StateField
from plans.models import FaultType, Grade, PlanVersion
from teams.models import Department, Service


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> "IncidentQuerySet":
        """Everything that is not yet closed, dismissed or merged."""
        return self.filter(state__in=OPEN)

    def unrestored(self) -> "IncidentQuerySet":
        """Incidents whose service does not work yet."""
        return self.filter(state__in=UNRESTORED)

    def real(self) -> "IncidentQuerySet":
        """No drill: what is counted, warned of, and told outside."""
        return self.filter(is_drill=False)

    def drills(self) -> "IncidentQuerySet":
        """Drills only: they stand in lists of their own."""
        return self.filter(is_drill=True)


def _is_drill(incident: Any) -> bool:
    return bool(incident.is_drill)


def _not_acknowledged(incident: Any) -> bool:
    return bool(incident.acknowledged_at is None)


class Incident(FSMModelMixin, Drilled):
    """One fault of the customer-service system, from the first report to the archived review.

    `version` grows with every verb on the incident itself: a form that was opened on an older
    version is refused. Times are the database's, in UTC.
    """

    State = State

    state = StateField(_("状态"), choices=State.choices, default=State.REPORTED, protected=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    plan = models.ForeignKey(
        PlanVersion, models.PROTECT, verbose_name=_("预案版本"), related_name="incidents"
    )
    title = models.CharField(_("标题"), max_length=120)
    # The year at the hospital when it was reported, and the running number in that year.
    year = models.PositiveSmallIntegerField(_("年份"))
    serial = models.PositiveIntegerField(_("年内编号"))

    # 报告
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("报告人"), related_name="+"
    )
    reported_at = models.DateTimeField(_("报告时间"))
    # Of a report that a device kept without network (incidents/filing.py): when it was filed, by
    # our clock, and by how many seconds the device's clock was ahead. Empty: it came at once.
    filed_at = models.DateTimeField(_("填写时间"), null=True, blank=True)
    device_ahead = models.IntegerField(_("设备时钟快（秒）"), null=True, blank=True)
    seen = models.TextField(_("看到了什么"))
    location = models.CharField(_("地点"), max_length=120, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("报告科室"),
        related_name="+",
        null=True,
        blank=True,
    )
    services = models.ManyToManyField(Service, verbose_name=_("受影响业务"), related_name="+")
    waiting = models.PositiveIntegerField(_("等候人数"), null=True, blank=True)
    relapse_of = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("复发自"),
        related_name="relapses",
        null=True,
        blank=True,
    )
    acknowledged_at = models.DateTimeField(_("确认收到时间"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("确认收到"),
        related_name="+",
        null=True,
        blank=True,
    )
    # Who answers for it now: who acknowledged, until somebody else takes it over (交接班).
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("跟进人"),
        related_name="+",
        null=True,
        blank=True,
    )

    # 确认
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    fault_type = models.CharField(
        _("故障类型"), max_length=10, choices=FaultType.choices, blank=True
    )
    grade = models.ForeignKey(
        Grade,
        models.PROTECT,
        verbose_name=_("级别"),
        related_name="incidents",
        null=True,
        blank=True,
    )
    affected = models.ManyToManyField(Department, verbose_name=_("受影响科室"), related_name="+")
    convene = models.BooleanField(_("召集领导小组"), default=False)
    convene_reason = models.TextField(_("召集与否的理由"), blank=True)
    windows_closed = models.PositiveIntegerField(_("停用窗口"), null=True, blank=True)
    records_exposed = models.PositiveIntegerField(_("涉及患者信息条数"), null=True, blank=True)
    # Grows when the grade changes: the clocks of an older epoch no longer count.
    epoch = models.PositiveIntegerField(_("计时轮次"), default=1)

    # 指令、修复
    commanded_at = models.DateTimeField(_("下令时间"), null=True, blank=True)
    repair_started_at = models.DateTimeField(_("开始修复"), null=True, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("主修人"),
        related_name="+",
        null=True,
        blank=True,
    )

    # 通知
    notified_at = models.DateTimeField(_("首次通知时间"), null=True, blank=True)
    notice_waived_at = models.DateTimeField(_("免发通知时间"), null=True, blank=True)

    # 恢复、清理、评估
    round = models.PositiveSmallIntegerField(_("恢复验证轮次"), default=0)
    restored_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    summary = models.TextField(_("处理总结"), blank=True)
    cleaned_at = models.DateTimeField(_("清理完成"), null=True, blank=True)
    closed_at = models.DateTimeField(_("归档时间"), null=True, blank=True)

    # 旁路
    ended_at = models.DateTimeField(_("误报或并入时间"), null=True, blank=True)
    dismissal_reason = models.TextField(_("误报理由"), blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("并入"),
        related_name="merged",
        null=True,
        blank=True,
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("故障事件")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["reported_at"],
                condition=models.Q(state__in=[str(state) for state in OPEN]),
                name="incident_open",
            ),
            models.Index(fields=["-reported_at"], name="incident_newest"),
            # For incidents/searching.py.
            GinIndex(
                models.Func("title", "location", "seen", function="incidents_pieces"),
                condition=models.Q(state__in=[str(state) for state in ENDED]),
                name="incident_said",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["serial", "year"], name="incident_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in State]),
                name="incident_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["reported", "dismissed", "merged", "stopped"])
                | models.Q(grade__isnull=False, confirmed_at__isnull=False)
                & ~models.Q(fault_type=""),
                name="incident_confirmed_is_graded",
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | ~models.Q(state="merged") & models.Q(merged_into__isnull=True),
                name="incident_merged_says_where",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dismissed") | ~models.Q(dismissal_reason=""),
                name="incident_dismissed_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["cleaning", "reviewing", "closed"])
                | models.Q(restored_at__isnull=False),
                name="incident_cleaning_is_restored",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["reviewing", "closed"])
                | models.Q(cleaned_at__isnull=False) & ~models.Q(summary=""),
                name="incident_reviewing_is_cleaned",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(closed_at__isnull=False),
                name="incident_closed_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(filed_at__isnull=True)
                | models.Q(filed_at__lte=models.F("reported_at")),
                name="incident_filed_before_receipt",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="incident_not_into_itself"
            ),
            *CONSTRAINTS,
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What people say on the phone: year and running number."""
        return number_of(self.year, self.serial)

    @property
    def state_label(self) -> str:
        """The state in words. `get_state_display` puts all of them into words to find one."""
        return str(State(self.state).label)

    @property
    def began_at(self) -> datetime.datetime:
        """Since when the fault is known to last: from the filing, which may be before the receipt.

        The plan's clocks count from `reported_at`, the receipt.
        """
        return self.filed_at or self.reported_at

    @property
    def kept_words(self) -> str:
        """That a device kept the report, and since when; "" where it came at once."""
        return filing.in_words(self.filed_at, self.device_ahead)

    @property
    def stream(self) -> str:
        """Name of this incident's stream in the journal."""
        return f"incident:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_restored(self) -> bool:
        return self.restored_at is not None

    # The verbs. Their bodies only stamp facts; `incidents.workflow` is the one caller.

    @transition(
        state,
        source=UNRESTORED,
        target=None,
        conditions=[_not_acknowledged],
        permission=authority.is_it_on_duty,
        custom={"label": _("确认收到")},
    )
    def acknowledge(self, *, at: Any, by: Any) -> None:
        """Step 1, received: somebody of IT has seen the report and takes it on."""
        self.acknowledged_at, self.acknowledged_by, self.kept_by = at, by, by

    @transition(
        state,
        source=State.REPORTED,
        target=State.CONFIRMED,
        permission=authority.is_it_on_duty,
        custom={"label": _("确认故障")},
    )
    def confirm(
        self,
        *,
        at: Any,
        by: Any,
        fault_type: str,
        grade: Grade,
        convene: bool,
        reason: str,
        title: str = "",
        windows_closed: int | None = None,
        records_exposed: int | None = None,
    ) -> None:
        """Step 2: IT confirms type and extent and decides whether to convene the leading group."""
        self.confirmed_at = at
        self.fault_type, self.grade = fault_type, grade
        self.convene, self.convene_reason = convene, reason
        self.title = self.marked(title or self.title)[:120]
        self.windows_closed, self.records_exposed = windows_closed, records_exposed
        if self.acknowledged_at is None:
            # Who confirms has seen it.
            self.acknowledged_at, self.acknowledged_by, self.kept_by = at, by, by

    @transition(
        state,
        source=NOTICE_TRACK,
        target=None,
        permission=authority.is_it_on_duty,
        custom={"label": _("调整级别")},
    )
    def regrade(self, *, at: Any, by: Any, grade: Grade, convene: bool, reason: str) -> None:
        """The grade turns out higher or lower: the clocks start a new epoch."""
        if convene != self.convene:
            self.convene_reason = reason
        self.grade, self.convene = grade, convene
        self.epoch += 1

    @transition(
        state,
        source=UNRESTORED,
        target=None,
        permission=authority.may_command,
        custom={"label": _("改用新版预案")},
    )
    def change_plan(self, *, at: Any, by: Any, plan: PlanVersion, grade: Grade | None) -> None:
        """The incident goes on by a newer version; its clocks start a new epoch."""
        self.plan, self.grade = plan, grade
        self.epoch += 1

    @transition(
        state,
        source=State.CONFIRMED,
        target=State.COMMANDED,
        permission=authority.may_command,
        custom={"label": _("下达指令")},
    )
    def command(self, *, at: Any, by: Any) -> None:
        """Step 3: orders set out each department's duties and put the fault group to work."""
        self.commanded_at = at

    @transition(
        state,
        source=(State.COMMANDED, State.REPAIRING, State.RESTORING, State.CLEANING),
        target=None,
        permission=authority.may_command,
        custom={"label": _("追加指令")},
    )
    def command_more(self, *, at: Any, by: Any) -> None:
        """Step 3 again: further orders while the fault is handled."""

    @transition(
        state,
        source=NOTICE_TRACK,
        target=None,
        permission=authority.switches_manual_mode,
        custom={"label": _("转手工模式")},
    )
    def manual_on(self, *, at: Any, by: Any) -> None:
        """Departments work on paper from now on; each confirms."""

    @transition(
        state,
        source=(*NOTICE_TRACK, State.CLEANING, State.REVIEWING),
        target=None,
        permission=authority.switches_manual_mode,
        custom={"label": _("停用手工模式")},
    )
    def manual_off(self, *, at: Any, by: Any) -> None:
        """Departments go back to their computers; each confirms."""

    @transition(
        state,
        source=State.COMMANDED,
        target=State.REPAIRING,
        permission=authority.in_fault_group,
        custom={"label": _("开始修复")},
    )
    def repair(self, *, at: Any, by: Any, lead: Any) -> None:
        """Step 4: a lead repairer takes over and the checklist of the fault type opens."""
        self.repair_started_at, self.lead = at, lead

    @transition(
        state,
        source=NOTICE_TRACK,
        target=None,
        permission=authority.is_customer_service,
        custom={"label": _("发布患者通知")},
    )
    def notify(self, *, at: Any, by: Any) -> None:
        """Step 5, beside the repair: patients were told. May be repeated."""
        self.notified_at = self.notified_at or at

    @transition(
        state,
        source=NOTICE_TRACK,
        target=None,
        permission=authority.is_customer_service,
        custom={"label": _("免发患者通知")},
    )
    def waive_notice(self, *, at: Any, by: Any) -> None:
        """Step 5 is not needed here; the reason is recorded as a waiver."""
        self.notice_waived_at = at

    @transition(
        state,
        source=State.REPAIRING,
        target=State.RESTORING,
        permission=authority.in_fault_group,
        custom={"label": _("开始恢复验证")},
    )
    def restore(self, *, at: Any, by: Any) -> None:
        """Step 6: the repair is done, a full check begins."""
        self.round += 1

    @transition(
        state,
        source=State.RESTORING,
        target=State.REPAIRING,
        permission=authority.may_sign_restoration,
        custom={"label": _("验证未通过，退回修复")},
    )
    def fail_restoration(self, *, at: Any, by: Any) -> None:
        """A check of the restoration failed: back to the repair."""

    @transition(
        state,
        source=State.RESTORING,
        target=State.CLEANING,
        permission=authority.may_sign_restoration,
        custom={"label": _("通过恢复验证")},
    )
    def pass_restoration(self, *, at: Any, by: Any) -> None:
        """Every check passed, the backup is proved, two people signed: service is restored."""
        self.restored_at = at

    @transition(
        state,
        source=State.CLEANING,
        target=None,
        permission=authority.may_command,
        custom={"label": _("宣布解除")},
    )
    def all_clear(self, *, at: Any, by: Any) -> None:
        """Every department is told that the service works again; each confirms."""

    @transition(
        state,
        source=State.CLEANING,
        target=State.REPAIRING,
        permission=authority.in_fault_group,
        custom={"label": _("故障复发，退回修复")},
    )
    def relapse(self, *, at: Any, by: Any, is_public: bool) -> None:
        """The fault is back before the site was cleaned up. Unless a notice still `is_public`,
        patients believe that all is well and must be told anew."""
        self.restored_at = None
        if not is_public:
            self.notified_at = None
        self.epoch += 1

    @transition(
        state,
        source=State.CLEANING,
        target=State.REVIEWING,
        permission=authority.in_fault_group,
        custom={"label": _("完成现场清理")},
    )
    def cleanup(self, *, at: Any, by: Any, summary: str) -> None:
        """Step 7: the handling is summed up, every record complete or waived by name."""
        self.cleaned_at, self.summary = at, summary

    @transition(
        state,
        source=State.REVIEWING,
        target=State.CLOSED,
        permission=authority.leads,
        custom={"label": _("接收报告并归档")},
    )
    def close(self, *, at: Any, by: Any) -> None:
        """Step 8: the leading group has received the written report."""
        self.closed_at = at

    @transition(
        state,
        source=State.REPORTED,
        target=State.DISMISSED,
        permission=authority.is_it_on_duty,
        custom={"label": _("判为误报")},
    )
    def dismiss(self, *, at: Any, by: Any, reason: str) -> None:
        """Side exit: there is no fault."""
        self.ended_at, self.dismissal_reason = at, reason

    @transition(
        state,
        source=(State.REPORTED, State.CONFIRMED),
        target=State.MERGED,
        permission=authority.is_it_on_duty,
        custom={"label": _("并入已有事件")},
    )
    def merge(self, *, at: Any, by: Any, into: "Incident") -> None:
        """Side exit: the same fault as an incident that is already open."""
        self.ended_at, self.merged_into = at, into

    @transition(
        state,
        source=OPEN,
        target=State.STOPPED,
        conditions=[_is_drill],
        permission=authority.controls_drill,
        custom={"label": _("结束演练")},
    )
    def end_drill(self, *, at: Any, by: Any, reason: str) -> None:
        """Side exit of a drill alone: it ends where it stands."""
        self.ended_at, self.dismissal_reason = at, reason
