"""A version of the plan: its text, its grades, and its way from a draft to being in force.

An incident pins the version that was in force when it began; so a version that was ever in force
is never changed again, and what follows is a new one.
"""

import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from journal.states import StateField
from plans import authority

LEVELS = [(1, "Ⅰ"), (2, "Ⅱ"), (3, "Ⅲ"), (4, "Ⅳ")]


class FaultType(models.TextChoices):
    """The plan's four risks (row P3), system crash parted as the repair differs (row P11)."""

    HARDWARE = "hardware", _("系统崩溃（硬件）")
    SOFTWARE = "software", _("系统崩溃（软件）")
    NETWORK = "network", _("网络故障")
    DATA_LOSS = "data_loss", _("数据丢失")
    ATTACK = "attack", _("恶意攻击")


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    REVIEW = "review", _("征求意见")
    APPROVED = "approved", _("已批准")
    SCHEDULED = "scheduled", _("待生效")
    PUBLISHED = "published", _("现行")
    REPLACED = "replaced", _("已被替换")
    DISCARDED = "discarded", _("已作废")


# Not yet in force, and still on its way there.
IN_PREPARATION = (
    PlanStatus.DRAFT,
    PlanStatus.REVIEW,
    PlanStatus.APPROVED,
    PlanStatus.SCHEDULED,
)
WAS_IN_FORCE = (PlanStatus.PUBLISHED, PlanStatus.REPLACED)


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def in_force(self) -> "PlanVersion":
        """The one published version. Raises PlanVersion.DoesNotExist where there is none yet."""
        return self.get(status=PlanStatus.PUBLISHED)

    def in_preparation(self) -> "PlanVersionQuerySet":
        """Drafts, versions under review, and approved ones that are not in force yet."""
        return self.filter(status__in=IN_PREPARATION)


class PlanVersion(FSMModelMixin, models.Model):
    """The emergency plan as one whole: text, grades, ladders, checklists, cards, templates, clocks.

    `version` grows with every verb on the row: a form that was opened on an older one is refused.
    `round` counts how often the draft was submitted: comments and signatures belong to a round.
    """

    Status = PlanStatus

    number = models.PositiveIntegerField(_("版本号"), unique=True)
    title = models.CharField(_("标题"), max_length=120)
    status = StateField(
        _("状态"),
        max_length=10,
        choices=PlanStatus.choices,
        default=PlanStatus.DRAFT,
        protected=True,
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    round = models.PositiveSmallIntegerField(_("送审轮次"), default=0)
    is_example = models.BooleanField(_("示例"), default=False)
    based_on = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("依据的版本"),
        related_name="successors",
        null=True,
        blank=True,
    )
    # What is different and why, in a few sentences for the version table and for those who sign.
    reason = models.TextField(_("修订说明"), blank=True)
    # Until IT has graded the incident, its clocks run as if it were of this grade.
    provisional_level = models.PositiveSmallIntegerField(
        _("未定级时暂按级别"), choices=LEVELS, default=2
    )
    # How many of the leading group sign before the next version is approved: the version in force
    # rules how it is replaced.
    signatures_needed = models.PositiveSmallIntegerField(
        _("批准所需签字人数"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )

    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    drafted_at = models.DateTimeField(_("起草时间"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("送审时间"), null=True, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    # When it is to be in force. Empty until somebody has decided on the day.
    effective_at = models.DateTimeField(_("生效时间"), null=True, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    replaced_at = models.DateTimeField(_("被替换时间"), null=True, blank=True)
    discarded_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    # SHA-256 of the content that was signed; the verb that publishes compares.
    signed_hash = models.CharField(_("签字内容校验值"), max_length=64, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("预案版本")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[str(status) for status in PlanStatus]),
                name="plan_status_known",
            ),
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="published"), name="plan_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="scheduled"), name="plan_one_scheduled"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False),
                name="plan_published_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="scheduled") | models.Q(effective_at__isnull=False),
                name="plan_scheduled_has_day",
            ),
            models.CheckConstraint(
                condition=models.Q(provisional_level__range=(1, 4)), name="plan_provisional_known"
            ),
            models.CheckConstraint(
                condition=models.Q(signatures_needed__range=(1, 20)), name="plan_signatures_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("plans:version", args=[self.number])

    @property
    def stream(self) -> str:
        """Name of this version's stream in the journal."""
        return f"plan:{self.number}"

    @property
    def is_draft(self) -> bool:
        return bool(self.status == PlanStatus.DRAFT)

    @property
    def was_in_force(self) -> bool:
        return self.status in WAS_IN_FORCE

    # The gate in `journal.moving` knows every machine's field by the name `state`.

    def get_state_display(self) -> str:
        return str(self.get_status_display())

    def get_available_state_transitions(self) -> Any:
        # django-fsm-2 makes it when the class is prepared.
        return self.get_available_status_transitions()  # type: ignore[attr-defined]

    # The verbs. Their bodies only stamp facts; `plans.workflow` is the one caller.

    @transition(
        status,
        source=PlanStatus.DRAFT,
        target=None,
        permission=authority.administers,
        custom={"label": _("修改草稿")},
    )
    def edit(self, *, at: datetime.datetime, by: Any) -> None:
        """A part of the draft is written anew; the verb writes the part's rows."""

    @transition(
        status,
        source=PlanStatus.DRAFT,
        target=PlanStatus.PUBLISHED,
        permission=authority.is_system,
        custom={"label": _("启用")},
    )
    def adopt(self, *, at: datetime.datetime, by: Any) -> None:
        """How a hospital begins: in force at once, set up from the command line."""
        self.effective_at = self.published_at = at

    @transition(
        status,
        source=PlanStatus.DRAFT,
        target=PlanStatus.REVIEW,
        permission=authority.administers,
        custom={"label": _("送审")},
    )
    def submit(self, *, at: datetime.datetime, by: Any, digest: str) -> None:
        """The draft stands still, and everyone concerned may comment on its clauses."""
        self.submitted_at, self.signed_hash = at, digest
        self.round += 1

    @transition(
        status,
        source=PlanStatus.REVIEW,
        target=None,
        permission=authority.is_concerned,
        custom={"label": _("提出意见")},
    )
    def comment(self, *, at: datetime.datetime, by: Any) -> None:
        """Somebody says what they think of a clause."""

    @transition(
        status,
        source=(PlanStatus.DRAFT, PlanStatus.REVIEW),
        target=None,
        permission=authority.administers,
        custom={"label": _("答复意见")},
    )
    def resolve(self, *, at: datetime.datetime, by: Any) -> None:
        """A comment is answered: adopted, or why not."""

    @transition(
        status,
        source=PlanStatus.REVIEW,
        target=None,
        permission=authority.signs,
        custom={"label": _("签字批准")},
    )
    def sign(self, *, at: datetime.datetime, by: Any) -> None:
        """Head or deputy of the leading group agrees with exactly this content."""

    @transition(
        status,
        source=(PlanStatus.REVIEW, PlanStatus.APPROVED),
        target=None,
        permission=authority.signs,
        custom={"label": _("放行覆盖缺口")},
    )
    def waive_coverage(self, *, at: datetime.datetime, by: Any) -> None:
        """The leading group knows of the gaps, and lets the version be published all the same."""

    @transition(
        status,
        source=PlanStatus.REVIEW,
        target=PlanStatus.APPROVED,
        permission=authority.is_system,
        custom={"label": _("批准")},
    )
    def approve(self, *, at: datetime.datetime, by: Any) -> None:
        """The last signature that was needed is there."""
        self.approved_at = at

    @transition(
        status,
        source=(PlanStatus.REVIEW, PlanStatus.APPROVED, PlanStatus.SCHEDULED),
        target=PlanStatus.DRAFT,
        permission=authority.returns,
        custom={"label": _("退回修改")},
    )
    def withdraw(self, *, at: datetime.datetime, by: Any) -> None:
        """Back to the draft; what was signed no longer counts."""
        self.approved_at = self.effective_at = None
        self.signed_hash = ""

    @transition(
        status,
        source=PlanStatus.APPROVED,
        target=PlanStatus.SCHEDULED,
        permission=authority.administers,
        custom={"label": _("定期生效")},
    )
    def schedule(self, *, at: datetime.datetime, by: Any, effective_at: datetime.datetime) -> None:
        """The day is decided on which this version replaces the one in force."""
        self.effective_at, self.published_by = effective_at, by

    @transition(
        status,
        source=PlanStatus.APPROVED,
        target=PlanStatus.PUBLISHED,
        permission=authority.administers,
        custom={"label": _("发布")},
    )
    def publish(self, *, at: datetime.datetime, by: Any) -> None:
        """In force from this moment."""
        self.effective_at = self.published_at = at
        self.published_by = by

    @transition(
        status,
        source=PlanStatus.SCHEDULED,
        target=PlanStatus.PUBLISHED,
        permission=authority.is_system,
        custom={"label": _("生效")},
    )
    def take_effect(self, *, at: datetime.datetime, by: Any) -> None:
        """The day has come."""
        self.published_at = at

    @transition(
        status,
        source=PlanStatus.PUBLISHED,
        target=PlanStatus.REPLACED,
        permission=authority.is_system,
        custom={"label": _("被替换")},
    )
    def give_way(self, *, at: datetime.datetime, by: Any) -> None:
        """Another version is in force now; open incidents stay on this one."""
        self.replaced_at = at

    @transition(
        status,
        source=PlanStatus.PUBLISHED,
        target=None,
        permission=authority.administers,
        custom={"label": _("催阅")},
    )
    def remind(self, *, at: datetime.datetime, by: Any) -> None:
        """Those who have not confirmed reading the version in force are asked to."""

    @transition(
        status,
        source=(PlanStatus.DRAFT, PlanStatus.REVIEW, PlanStatus.APPROVED),
        target=PlanStatus.DISCARDED,
        permission=authority.administers,
        custom={"label": _("作废")},
    )
    def discard(self, *, at: datetime.datetime, by: Any) -> None:
        """Given up; it stays readable, and its number is not used again."""
        self.discarded_at = at
