"""One version of the plan as rows. An incident pins the version that was in force when it began."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LEVELS = [(1, "Ⅰ"), (2, "Ⅱ"), (3, "Ⅲ"), (4, "Ⅳ")]


class FaultType(models.TextChoices):
    """The plan's four risks (row P3), system crash parted as the repair differs (row P11)."""

    HARDWARE = "hardware", _("系统崩溃（硬件）")
    SOFTWARE = "software", _("系统崩溃（软件）")
    NETWORK = "network", _("网络故障")
    DATA_LOSS = "data_loss", _("数据丢失")
    ATTACK = "attack", _("恶意攻击")


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def in_force(self) -> "PlanVersion":
        """The one published version. Raises PlanVersion.DoesNotExist where there is none yet."""
        return self.get(status=PlanVersion.Status.PUBLISHED)


class PlanVersion(models.Model):
    """The emergency plan as it was approved on one day."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("现行")
        REPLACED = "replaced", _("已被替换")

    number = models.PositiveIntegerField(_("版本号"), unique=True)
    title = models.CharField(_("标题"), max_length=120)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    is_example = models.BooleanField(_("示例"), default=False)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    # Until IT has graded the incident, its clocks run as if it were of this grade.
    provisional_level = models.PositiveSmallIntegerField(_("未定级时暂按级别"), default=2)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("预案版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="published"), name="plan_one_in_force"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False),
                name="plan_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Section(models.Model):
    """A clause of the plan's text (Markdown), in order."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("次序"))
    title = models.CharField(_("标题"), max_length=80)
    body = models.TextField(_("正文"))

    class Meta:
        verbose_name = verbose_name_plural = _("预案条款")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="section_one_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.title}"


class Grade(models.Model):
    """A grade with its targets in minutes from the report; an empty target runs no clock.

    `next_notice_minutes` counts from the notice before it. `order_read_back_minutes` counts from
    the issue of an order.
    """

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="grades")
    level = models.PositiveSmallIntegerField(_("级别"), choices=LEVELS)
    meaning = models.CharField(_("含义"), max_length=120)
    acknowledge_minutes = models.PositiveIntegerField(_("确认收到"), null=True, blank=True)
    confirm_minutes = models.PositiveIntegerField(_("确认故障"), null=True, blank=True)
    command_minutes = models.PositiveIntegerField(_("下达指令"), null=True, blank=True)
    order_read_back_minutes = models.PositiveIntegerField(_("指令复诵"), null=True, blank=True)
    first_notice_minutes = models.PositiveIntegerField(_("首次患者通知"), null=True, blank=True)
    next_notice_minutes = models.PositiveIntegerField(_("后续通知间隔"), null=True, blank=True)
    restore_minutes = models.PositiveIntegerField(_("恢复服务"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("级别与时限")
        ordering = ["plan", "level"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "level"], name="grade_one_per_level"),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, 4)), name="grade_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}级"

    @property
    def numeral(self) -> str:
        """Ⅰ, Ⅱ, Ⅲ or Ⅳ."""
        return self.get_level_display()


class ChecklistItem(models.Model):
    """A step of a checklist: of repair by fault type (row P11), of restoration (row P13)."""

    class Phase(models.TextChoices):
        REPAIR = "repair", _("排查与修复")
        RESTORE = "restore", _("恢复验证")

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="checklist_items")
    phase = models.CharField(_("阶段"), max_length=8, choices=Phase.choices)
    # Empty: the item belongs to every fault type.
    fault_type = models.CharField(
        _("故障类型"), max_length=10, choices=FaultType.choices, blank=True
    )
    position = models.PositiveSmallIntegerField(_("次序"))
    text = models.CharField(_("检查项"), max_length=120)
    hint = models.CharField(_("做法"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("检查项")
        ordering = ["plan", "phase", "fault_type", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "phase", "fault_type", "position"],
                name="checklist_item_one_per_position",
            )
        ]

    def __str__(self) -> str:
        return self.text
