"""Paper (纸质表单): batches of numbered forms per department, and what became of each number.

The product counts forms. It stores no medical record: neither names nor anything else of patients.
"""

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from incidents import authority
from incidents.models.incident import Incident
from journal.states import StateField
from teams.models import Department

PREFIX = RegexValidator(r"^[A-Z0-9-]{1,12}\Z", _("号码前缀用大写字母、数字和横线，最多 12 个。"))


class BatchState(models.TextChoices):
    REGISTERED = "registered", _("备用")
    OPEN = "open", _("使用中")
    CLOSED = "closed", _("已结清")
    RETIRED = "retired", _("已注销")


class BatchQuerySet(models.QuerySet["Batch"]):
    def standing(self) -> "BatchQuerySet":
        """Registered and not yet touched: they lie in the downtime kits."""
        return self.filter(state=BatchState.REGISTERED)

    def open(self) -> "BatchQuerySet":
        """Given out for an incident, and not yet settled."""
        return self.filter(state=BatchState.OPEN)


class Batch(FSMModelMixin, models.Model):
    """A range of numbered forms of one kind, of one department.

    It stands in the downtime kit (`registered`) until the department opens it for an incident.
    Numbers under one prefix are given once and never again, also those of a retired batch.
    Amounts are yuan with two places, exact. `version` grows with each verb on the batch itself, not
    with the entry of numbers: there the numbers themselves decide who was first.
    """

    State = BatchState

    state = StateField(_("状态"), choices=State.choices, default=State.REGISTERED, protected=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("科室"), related_name="+"
    )
    kind = models.CharField(_("表单"), max_length=40)
    with_cash = models.BooleanField(_("涉及收款"), default=False)
    prefix = models.CharField(_("号码前缀"), max_length=12, validators=[PREFIX])
    first = models.PositiveIntegerField(_("起号"))
    last = models.PositiveIntegerField(_("止号"))
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)
    registered_at = models.DateTimeField(_("登记时间"))
    # Nobody: the product itself, for a kit.
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    incident = models.ForeignKey(
        Incident,
        models.PROTECT,
        verbose_name=_("故障事件"),
        related_name="batches",
        null=True,
        blank=True,
    )
    opened_at = models.DateTimeField(_("启用时间"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    # Each number was told what became of it, the unused ones counted.
    accounted_at = models.DateTimeField(_("点清时间"), null=True, blank=True)
    accounted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    lost_reason = models.TextField(_("遗失说明"), blank=True)
    paper_total = models.DecimalField(
        _("纸面合计（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    paper_total_at = models.DateTimeField(_("纸面合计时间"), null=True, blank=True)
    paper_total_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    # The difference that was explained: a later entry that changes it wants a new explanation.
    explained = models.DecimalField(
        _("已说明的差额（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    explanation = models.TextField(_("差额说明"), blank=True)
    explained_at = models.DateTimeField(_("说明时间"), null=True, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_total = models.DecimalField(
        _("结清时的补录合计（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    closed_at = models.DateTimeField(_("结清或注销时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    retired_reason = models.TextField(_("注销理由"), blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("表单批次")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in BatchState]),
                name="batch_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(first__gte=1) & models.Q(last__gte=models.F("first")),
                name="batch_range",
            ),
            models.UniqueConstraint(fields=["prefix", "first"], name="batch_begins_once"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["registered", "retired"],
                    incident__isnull=True,
                    opened_at__isnull=True,
                )
                | models.Q(
                    state__in=["open", "closed"], incident__isnull=False, opened_at__isnull=False
                ),
                name="batch_open_has_incident",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed")
                | models.Q(
                    closed_at__isnull=False, closed_by__isnull=False, accounted_at__isnull=False
                ),
                name="batch_closed_is_accounted",
            ),
            # The cash of a settled batch agrees, or the very difference was explained.
            models.CheckConstraint(
                condition=~models.Q(state="closed", with_cash=True)
                | models.Q(
                    paper_total__isnull=False,
                    entered_total__isnull=False,
                    paper_total=models.F("entered_total"),
                )
                | models.Q(
                    paper_total__isnull=False,
                    entered_total__isnull=False,
                    explained__isnull=False,
                    explained=models.F("entered_total") - models.F("paper_total"),
                    explained_by__isnull=False,
                )
                & ~models.Q(explanation=""),
                name="batch_closed_cash_explained",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="retired") | ~models.Q(retired_reason=""),
                name="batch_retired_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["incident"], condition=models.Q(state="open"), name="batch_open_of_incident"
            ),
            models.Index(fields=["department", "-id"], name="batch_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.range_words}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:batch", args=[self.pk])

    @property
    def stream(self) -> str:
        """Its own stream until it belongs to an incident."""
        return self.incident.stream if self.incident is not None else f"paper:{self.pk}"

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def numbers(self) -> range:
        """Every number that was issued."""
        return range(self.first, self.last + 1)

    def label(self, number: int) -> str:
        """The number as it is printed on the form: prefix and at least four digits."""
        return f"{self.prefix}{number:0{max(4, len(str(self.last)))}d}"

    @property
    def range_words(self) -> str:
        return f"{self.label(self.first)}–{self.label(self.last)}"

    # The verbs. Their bodies only stamp facts; `incidents.workflow` is the one caller.

    @transition(
        state,
        source=State.REGISTERED,
        target=State.OPEN,
        permission=authority.works_in_department,
        custom={"label": _("启用表单")},
    )
    def open(self, *, at: Any, by: Any, incident: Incident) -> None:
        """The department takes the forms out of the kit for an incident."""
        self.incident, self.opened_at, self.opened_by = incident, at, by

    @transition(
        state,
        source=State.REGISTERED,
        target=State.RETIRED,
        permission=authority.keeps_paper,
        custom={"label": _("注销表单")},
    )
    def retire(self, *, at: Any, by: Any, reason: str) -> None:
        """Forms that were never given out are destroyed; their numbers are not used again."""
        self.closed_at, self.closed_by, self.retired_reason = at, by, reason

    @transition(
        state,
        source=State.OPEN,
        target=None,
        permission=authority.works_in_department,
        custom={"label": _("点清号码")},
    )
    def account(self, *, at: Any, by: Any, lost_reason: str) -> None:
        """Each number was told what became of it."""
        self.accounted_at, self.accounted_by, self.lost_reason = at, by, lost_reason

    @transition(
        state,
        source=State.OPEN,
        target=None,
        permission=authority.works_in_department,
        custom={"label": _("登记纸面合计")},
    )
    def count_cash(self, *, at: Any, by: Any, total: Any) -> None:
        """The sum on the paper, added up by somebody."""
        self.paper_total, self.paper_total_at, self.paper_total_by = total, at, by

    @transition(
        state,
        source=State.OPEN,
        target=None,
        permission=authority.heads_department,
        custom={"label": _("说明差额")},
    )
    def explain(self, *, at: Any, by: Any, difference: Any, reason: str) -> None:
        """The head of the department answers by name for the difference."""
        self.explained, self.explanation = difference, reason
        self.explained_at, self.explained_by = at, by

    @transition(
        state,
        source=State.OPEN,
        target=State.CLOSED,
        permission=authority.heads_department,
        custom={"label": _("结清批次")},
    )
    def close(self, *, at: Any, by: Any, entered_total: Any) -> None:
        """Back-entry is done: every number is told, every used one entered and checked."""
        self.closed_at, self.closed_by, self.entered_total = at, by, entered_total


class Reentry(models.Model):
    """Numbers that one person entered into the system in one go, and another checked.

    `event_from` and `event_to` are when it really happened, beside `at`, when it was entered.
    `amount` is what the system shows for these numbers. One that was returned keeps its words; its
    numbers wait to be entered again.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="reentries")
    numbers = models.TextField(_("号码"))
    count = models.PositiveIntegerField(_("张数"))
    event_from = models.DateTimeField(_("发生时间（起）"))
    event_to = models.DateTimeField(_("发生时间（止）"))
    amount = models.DecimalField(
        _("补录金额（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("补录人"), related_name="+"
    )
    at = models.DateTimeField(_("补录时间"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    checked_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True)
    returned_reason = models.TextField(_("退回理由"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("补录")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True)
                | ~models.Q(checked_by=models.F("by")) & models.Q(checked_at__isnull=False),
                name="reentry_checked_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(event_to__gte=models.F("event_from"))
                & models.Q(at__gte=models.F("event_to")),
                name="reentry_after_event",
            ),
            models.CheckConstraint(
                condition=models.Q(returned_at__isnull=True)
                | models.Q(returned_by__isnull=False, checked_at__isnull=True)
                & ~models.Q(returned_reason=""),
                name="reentry_returned_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.numbers

    @property
    def is_one_moment(self) -> bool:
        return self.event_from == self.event_to

    @property
    def is_waiting(self) -> bool:
        """Entered, and neither checked nor returned."""
        return self.checked_at is None and self.returned_at is None


class Slip(models.Model):
    """One numbered form of an opened batch: what became of it, and with which entry it came in.

    Every number of the batch has one row, so used, void, lost and unused are always the whole.
    """

    class Fate(models.TextChoices):
        UNUSED = "unused", _("未用")
        USED = "used", _("使用")
        VOID = "void", _("作废")
        LOST = "lost", _("遗失")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="slips")
    number = models.PositiveIntegerField(_("号码"))
    fate = models.CharField(_("去向"), max_length=6, choices=Fate.choices, default=Fate.UNUSED)
    reentry = models.ForeignKey(
        Reentry, models.PROTECT, related_name="slips", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("表单")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="slip_once"),
            models.CheckConstraint(
                condition=models.Q(fate__in=["unused", "used", "void", "lost"]),
                name="slip_fate_known",
            ),
            models.CheckConstraint(
                condition=models.Q(reentry__isnull=True) | models.Q(fate="used"),
                name="slip_entered_was_used",
            ),
        ]

    def __str__(self) -> str:
        return self.batch.label(self.number)
