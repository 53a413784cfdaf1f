"""The review of an incident, and its report as it was submitted each time."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from incidents import authority
from incidents.models import Incident
from journal.states import StateField


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("起草中")
    SUBMITTED = "submitted", _("已提交")
    RECEIVED = "received", _("已接收")


class Cause(models.TextChoices):
    """Kinds of root cause that the plan names (row P16)."""

    DESIGN = "design", _("设计缺陷")
    OPERATION = "operation", _("操作失误")
    EXTERNAL = "external", _("外部因素")


class Review(FSMModelMixin, models.Model):
    """What the hospital learned from one incident (plan, rows P15–P17).

    `version` grows with every verb: a form that was opened on an older version is refused.
    """

    State = ReviewState

    incident = models.OneToOneField(
        Incident, models.PROTECT, verbose_name=_("故障事件"), related_name="review"
    )
    state = StateField(
        _("状态"), choices=ReviewState.choices, default=ReviewState.DRAFT, protected=True
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    opened_at = models.DateTimeField(_("开始评估"))

    # 评估会议
    meeting_at = models.DateTimeField(_("会议时间"), null=True, blank=True)
    meeting_place = models.CharField(_("会议地点"), max_length=120, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("主持人"),
        related_name="+",
        null=True,
        blank=True,
    )
    attendees = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("参加人员"), related_name="+", blank=True
    )
    other_attendees = models.CharField(_("其他参加人员"), max_length=300, blank=True)
    # Called beforehand: how long it is to last, how often it was changed since, and whether it was
    # cancelled. A meeting that is recorded afterwards was not called.
    meeting_called_at = models.DateTimeField(_("召集时间"), null=True, blank=True)
    meeting_lasts = models.PositiveSmallIntegerField(_("预计分钟"), default=60)
    meeting_sequence = models.PositiveIntegerField(_("改动次数"), default=0)
    meeting_cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    minutes = models.TextField(_("会议纪要"), blank=True)
    minutes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    minutes_at = models.DateTimeField(_("纪要时间"), null=True, blank=True)

    # 原因与评价
    root_cause = models.CharField(_("根本原因"), max_length=10, choices=Cause.choices, blank=True)
    root_cause_text = models.TextField(_("原因说明"), blank=True)
    contributing_factors = models.TextField(_("促成因素"), blank=True)
    what_went_well = models.TextField(_("做得好的"), blank=True)
    shortcomings = models.TextField(_("不足"), blank=True)
    process_evaluation = models.TextField(_("各科室配合与响应评价"), blank=True)
    no_action_reason = models.TextField(_("无需整改的理由"), blank=True)

    # 报告。The number is given at the first submission and stays.
    report_number = models.CharField(_("报告编号"), max_length=40, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    received_at = models.DateTimeField(_("接收时间"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    # What the leading group wrote on the receipt, or why it sent the report back.
    receipt_remark = models.TextField(_("领导小组意见"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评估")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in ReviewState]),
                name="review_state_known",
            ),
            models.UniqueConstraint(
                fields=["report_number"],
                condition=~models.Q(report_number=""),
                name="review_report_number_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | models.Q(submitted_at__isnull=False, submitted_by__isnull=False)
                & ~models.Q(report_number=""),
                name="review_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="received")
                | models.Q(received_at__isnull=False, received_by__isnull=False),
                name="review_received_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(received_by=models.F("submitted_by")),
                name="review_received_by_another",
            ),
        ]
        indexes = [models.Index(fields=["-received_at"], name="review_archived")]

    def __str__(self) -> str:
        return self.report_number or f"{self._meta.verbose_name} {self.incident_id}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:detail", args=[self.incident_id])

    # The verbs. Their bodies only stamp facts; `reviews.workflow` is the one caller.

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("召集评估会议")},
    )
    def call_meeting(self, *, at: Any, by: Any, **facts: Any) -> None:
        """When and where it will be, led by whom; who is invited, the verb writes."""
        self._write(facts)

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("取消评估会议")},
    )
    def cancel_meeting(self, *, at: Any, by: Any) -> None:
        """It is not held, or not then."""
        self.meeting_cancelled_at = at
        self.meeting_sequence += 1

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("记录评估会议")},
    )
    def record_meeting(self, *, at: Any, by: Any, **facts: Any) -> None:
        """When, where, led by whom; attendees are set by the verb, as they need the row."""
        self._write(facts)

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("填写原因与评价")},
    )
    def record_findings(self, *, at: Any, by: Any, **facts: Any) -> None:
        """Root cause, contributing factors, evaluation of the process."""
        self._write(facts)

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("追问原因")},
    )
    def ask_why(self, *, at: Any, by: Any) -> None:
        """The answers to «why?» are written; the verb writes their rows."""

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("添加整改项")},
    )
    def add_action(self, *, at: Any, by: Any) -> None:
        """One more measure; with it, the reason why none is needed falls away."""
        self.no_action_reason = ""

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("删除整改项")},
    )
    def remove_action(self, *, at: Any, by: Any) -> None:
        """A measure is taken out of the draft."""

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=None,
        permission=authority.heads_a_group,
        custom={"label": _("说明无需整改")},
    )
    def decline_actions(self, *, at: Any, by: Any, reason: str) -> None:
        """No measure is needed, for this reason."""
        self.no_action_reason = reason

    @transition(
        state,
        source=ReviewState.DRAFT,
        target=ReviewState.SUBMITTED,
        permission=authority.heads_a_group,
        custom={"label": _("提交报告")},
    )
    def submit(self, *, at: Any, by: Any, number: str) -> None:
        """The written report goes to the leading group."""
        self.submitted_at, self.submitted_by, self.report_number = at, by, number
        self.receipt_remark = ""

    @transition(
        state,
        source=ReviewState.SUBMITTED,
        target=ReviewState.DRAFT,
        permission=authority.leads,
        custom={"label": _("退回报告")},
    )
    def return_report(self, *, at: Any, by: Any, remark: str) -> None:
        """The leading group wants the report mended."""
        self.receipt_remark = remark
        self.submitted_at = self.submitted_by = None

    @transition(
        state,
        source=ReviewState.SUBMITTED,
        target=ReviewState.RECEIVED,
        permission=authority.leads,
        custom={"label": _("接收报告并归档")},
    )
    def receive(self, *, at: Any, by: Any, remark: str) -> None:
        """The leading group has the report: the incident may be archived."""
        self.received_at, self.received_by, self.receipt_remark = at, by, remark

    def _write(self, facts: dict[str, Any]) -> None:
        for field, value in facts.items():
            setattr(self, field, value)


class Submission(models.Model):
    """The report as it was handed in: written once, never changed (a trigger refuses it).

    `hash` is the SHA-256 of the canonical content; the journal keeps it as well. Only the leading
    group's answer is added later.
    """

    class Answer(models.TextChoices):
        WAITING = "waiting", _("待接收")
        RETURNED = "returned", _("已退回")
        RECEIVED = "received", _("已接收")

    review = models.ForeignKey(Review, models.PROTECT, related_name="submissions")
    ordinal = models.PositiveSmallIntegerField(_("第几次提交"))
    content = models.JSONField(_("报告内容"))
    hash = models.CharField(_("SHA-256"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("提交时间"))
    answer = models.CharField(
        _("答复"), max_length=8, choices=Answer.choices, default=Answer.WAITING
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    remark = models.TextField(_("意见"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("提交的报告")
        ordering = ["review", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["review", "ordinal"], name="submission_in_order"),
            models.UniqueConstraint(
                fields=["review"],
                condition=~models.Q(answer="returned"),
                name="submission_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} ({self.ordinal})"


class ReportSeries(models.Model):
    """The running number of a year's reports. Its row lock makes the numbers free of gaps."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    last = models.PositiveIntegerField(_("最后编号"))

    class Meta:
        verbose_name = verbose_name_plural = _("报告编号")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
