"""What was checked, proved, signed and waived on an incident."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from plans.models import ChecklistItem, PlanVersion
from teams.models import Department


class CheckQuerySet(models.QuerySet["Check"]):
    def demanded(self) -> "CheckQuerySet":
        """Items of the version that the incident goes by now."""
        return self.filter(dropped_in__isnull=True)


class Check(models.Model):
    """An opened checklist item. `round` is 0 for the repair and 1, 2 … for each restoration."""

    class Result(models.TextChoices):
        PENDING = "pending", _("待办")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")
        NOT_APPLICABLE = "not_applicable", _("不适用")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="checks")
    # None: added on the spot; then its words are in `added_text`.
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", null=True, blank=True)
    added_text = models.CharField(_("临时检查项"), max_length=120, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    taken_at = models.DateTimeField(_("接手时间"), null=True, blank=True)
    # What was measured, in the item's unit.
    number = models.DecimalField(_("数值"), max_digits=15, decimal_places=3, null=True, blank=True)
    round = models.PositiveSmallIntegerField(_("恢复验证轮次"), default=0)
    result = models.CharField(
        _("结果"), max_length=16, choices=Result.choices, default=Result.PENDING
    )
    remark = models.TextField(_("备注"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"), null=True, blank=True)
    # The version to which the incident was moved, and which has no such item: kept, not demanded.
    dropped_in = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        verbose_name=_("取消它的预案版本"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("检查记录")
        ordering = ["round", "item__fault_type", "item__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, added_text="", added_by__isnull=True)
                | models.Q(item__isnull=True, added_by__isnull=False) & ~models.Q(added_text=""),
                name="check_of_plan_or_added",
            ),
            models.CheckConstraint(
                condition=models.Q(assigned_to__isnull=True, taken_at__isnull=True)
                | models.Q(assigned_to__isnull=False, taken_at__isnull=False),
                name="check_taken_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["incident", "item", "round"], name="check_once_per_round"
            ),
            models.CheckConstraint(
                condition=models.Q(result="pending", at__isnull=True)
                | ~models.Q(result="pending") & models.Q(at__isnull=False, by__isnull=False),
                name="check_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text}: {self.get_result_display()}"

    @property
    def text(self) -> str:
        return self.added_text if self.item is None else self.item.text

    @property
    def hint(self) -> str:
        return "" if self.item is None else self.item.hint

    @property
    def phase(self) -> str:
        return str(ChecklistItem.Phase.REPAIR) if self.item is None else self.item.phase

    @property
    def decider(self) -> str:
        """Who may decide it: a `ChecklistItem.Decider`."""
        return str(ChecklistItem.Decider.FAULT) if self.item is None else self.item.decider

    @property
    def needs(self) -> list[str]:
        return [] if self.item is None else self.item.needs

    @property
    def unit(self) -> str:
        return "" if self.item is None else self.item.unit

    @property
    def measured(self) -> str:
        """The number that was measured, with its unit; "" where there is none."""
        return "" if self.number is None else f"{self.number.normalize():f} {self.unit}".strip()

    @property
    def minutes(self) -> int | None:
        return None if self.item is None else self.item.minutes

    @property
    def place(self) -> tuple[int, str, int, int]:
        """Where it stands: the list of the plan in its order, then what was added."""
        if self.item is None:
            return (self.round, "~", 0, self.pk)
        return (self.round, self.item.fault_type, self.item.position, self.pk)


class Backup(models.Model):
    """Evidence that the data were backed up after the restoration (plan, row P13).

    `verified` says what this server has seen of it: the backup itself, a manifest that names its
    sum, or nothing but somebody's word.
    """

    class Verified(models.TextChoices):
        NOT = "", _("自报，未核验")
        FILE = "file", _("服务器已核算")
        MANIFEST = "manifest", _("与上传的清单一致")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="backups")
    round = models.PositiveSmallIntegerField(_("恢复验证轮次"))
    name = models.CharField(_("备份名称"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(
        _("SHA-256"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("SHA-256 是 64 位十六进制数。"))],
    )
    remark = models.TextField(_("核验说明"), blank=True)
    verified = models.CharField(
        _("核验"), max_length=8, choices=Verified.choices, default=Verified.NOT, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("备份凭证")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sha256="") | ~models.Q(remark=""), name="backup_is_verified"
            ),
            models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="backup_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """One of the two signatures under a restoration."""

    class Part(models.TextChoices):
        TECHNICAL = "technical", _("故障应急小组")
        DEPARTMENT = "department", _("受影响科室")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField(_("恢复验证轮次"))
    part = models.CharField(_("签字方"), max_length=10, choices=Part.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # For which affected department, as it was when signing.
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("恢复签字")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "round", "part"], name="signature_one_per_part"
            ),
            models.UniqueConstraint(
                fields=["incident", "round", "person"], name="signature_two_different_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.person}"


class Waiver(models.Model):
    """A demand that was set aside, by name and with a reason."""

    class Demand(models.TextChoices):
        NOTICE = "notice", _("患者通知")
        CLEANUP = "cleanup", _("现场清理的未完事项")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="waivers")
    demand = models.CharField(_("要求"), max_length=10, choices=Demand.choices)
    # Key of the open point within the demand, as the gate names it.
    point = models.CharField(_("事项"), max_length=80, blank=True)
    reason = models.TextField(_("理由"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))
    # A relapse ends what was waived for the clean-up before it.
    ended_at = models.DateTimeField(_("作废"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("豁免")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "demand", "point"],
                condition=models.Q(ended_at__isnull=True),
                name="waiver_once",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="waiver_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_demand_display()} {self.point}"


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    def standing(self) -> "ReopeningQuerySet":
        return self.filter(undone_at__isnull=True)


class Reopening(models.Model):
    """A department, or one window of it, works with the service again: opened by name and time.

    A relapse or a failed restoration undoes it; the row stays.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reopenings")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    # Empty: the whole department.
    window = models.CharField(_("窗口"), max_length=60, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("开放时间"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_reason = models.TextField(_("撤销原因"), blank=True)

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("恢复开放")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "department", "window"],
                condition=models.Q(undone_at__isnull=True),
                name="reopening_once",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="reopening_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.window}".strip()
