"""Action items: what was promised, by whom and until when, and what proves that it is done."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reviews.models.review import Review, ReviewState
from teams.models import Department


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def promised(self) -> "ActionItemQuerySet":
        """Of reports that the leading group has received."""
        return self.filter(review__state=ReviewState.RECEIVED)

    def open(self) -> "ActionItemQuerySet":
        """Promised in a received report, and not done yet."""
        return self.promised().filter(done_at__isnull=True)

    def urgent_first(self) -> "ActionItemQuerySet":
        """What is overdue first, then what is due next; then what is done, the newest first."""
        return self.order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")


class ActionItem(models.Model):
    """One measure against the fault's return, with an owner and a date (plan, row P17).

    `version` grows with every verb on the item: a form opened on an older one is refused.
    """

    class Kind(models.TextChoices):
        FIX = "fix", _("技术整改")
        PLAN = "plan", _("修订预案")
        TRAINING = "training", _("培训演练")
        SUPPLY = "supply", _("物资保障")

    review = models.ForeignKey(Review, models.PROTECT, related_name="actions")
    version = models.PositiveIntegerField(_("版次"), default=1)
    client_uuid = models.UUIDField(_("提交标识"), unique=True, null=True, blank=True)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    measure = models.TextField(_("措施"))
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("责任科室"), related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("责任人"),
        related_name="+",
        null=True,
        blank=True,
    )
    due_on = models.DateField(_("完成日期"))
    done_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    proof = models.TextField(_("完成情况"), blank=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("整改项")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(measure=""), name="action_says_what"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True)
                | models.Q(done_by__isnull=False) & ~models.Q(proof=""),
                name="action_done_is_proved",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=models.Q(done_at__isnull=True), name="action_open"
            )
        ]

    def __str__(self) -> str:
        return self.measure[:40]

    def get_absolute_url(self) -> str:
        return reverse("reviews:action", args=[self.pk])

    @property
    def owner(self) -> str:
        return f"{self.department} {self.person}" if self.person else str(self.department)

    @property
    def finding_key(self) -> str:
        """Under which drafts of the plan, and drills, know this item."""
        return f"action:{self.pk}"


class Demand(models.TextChoices):
    """What an item must show beside its owner's word before it is closed (plan, rows P18, P20)."""

    PLAN = "plan", _("现行预案已写入这项修改")
    DRILL = "drill", _("演练已检验这项修改")
    TRAINING = "training", _("相应的培训已经举办")


class ActionWaiver(models.Model):
    """Somebody of the leading group lets an item be closed without one demand, by name."""

    Demand = Demand

    action = models.ForeignKey(ActionItem, models.PROTECT, related_name="waivers")
    demand = models.CharField(_("免去的要求"), max_length=8, choices=Demand.choices)
    reason = models.TextField(_("理由"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("整改项的豁免")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "demand"], name="action_waived_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="action_waiver_says_why"),
            models.CheckConstraint(
                condition=models.Q(demand__in=[str(each) for each in Demand]),
                name="action_waiver_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_demand_display()}: {self.by}"


class ActionFile(models.Model):
    """A file that proves what was done. Size, kind and SHA-256 are what the server found."""

    action = models.ForeignKey(ActionItem, models.PROTECT, related_name="files")
    name = models.CharField(_("文件名"), max_length=200)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    kind = models.CharField(_("类型"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("存放位置"), max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("整改凭证")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "sha256"], name="action_file_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ActionReminder(models.Model):
    """A reminder that was given: once for each stage of each date, whoever looks how often.

    `ordinal` counts the weeks for which the leading group has been told.
    """

    class Stage(models.TextChoices):
        SOON = "soon", _("即将到期")
        LAST = "last", _("最后一天")
        OVERDUE = "overdue", _("已逾期")
        ESCALATED = "escalated", _("逾期上报")

    action = models.ForeignKey(ActionItem, models.CASCADE, related_name="reminders")
    stage = models.CharField(_("阶段"), max_length=9, choices=Stage.choices)
    due_on = models.DateField(_("完成日期"))
    ordinal = models.PositiveSmallIntegerField(_("第几次"), default=0)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("整改提醒")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "due_on", "stage", "ordinal"], name="action_reminded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.get_stage_display()}"
