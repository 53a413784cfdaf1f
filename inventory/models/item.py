"""What is kept (domain, section 4): an item, and its batches where they expire."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.models.place import Place


class ItemQuerySet(models.QuerySet["Item"]):
    def in_use(self) -> "ItemQuerySet":
        return self.filter(is_active=True)

    def issuable(self) -> "ItemQuerySet":
        """Kept, and fit to be given out."""
        return self.filter(is_active=True, status=Item.Status.READY)


class Item(models.Model):
    """One kind of supply. How many there are is told by its moves alone, see `models.stock`.

    `per_window_hour`: how much one window that works by hand uses up in an hour; with it the
    product says for how long the stock lasts.
    """

    class Category(models.TextChoices):
        TECHNICAL = "technical", _("技术工具")
        COMMUNICATION = "communication", _("通信设备")
        LOGISTICS = "logistics", _("后勤物资")

    class Status(models.TextChoices):
        READY = "ready", _("可用")
        OUT_OF_SERVICE = "out_of_service", _("停用待修")

    name = models.CharField(_("名称"), max_length=80)
    specification = models.CharField(_("规格型号"), max_length=120, blank=True)
    unit = models.CharField(_("单位"), max_length=10)
    category = models.CharField(_("类别"), max_length=13, choices=Category.choices)
    # Used up rather than brought back: nobody is asked where it is.
    is_consumable = models.BooleanField(_("用掉不归还"), default=False)
    minimum = models.PositiveIntegerField(_("最低库存"), default=0)
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        verbose_name=_("平时放在"),
        related_name="items",
        null=True,
        blank=True,
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("保管人"),
        related_name="+",
        null=True,
        blank=True,
    )
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    per_window_hour = models.DecimalField(
        _("每窗口每小时用量"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    inspection_days = models.PositiveSmallIntegerField(_("检查周期(天)"), null=True, blank=True)
    last_inspected_on = models.DateField(_("上次检查"), null=True, blank=True)
    # Worked out from the two above by the verbs, so that what is due is found by an index.
    inspect_by = models.DateField(_("最迟检查"), null=True, blank=True)
    # One point a line: what whoever inspects goes through.
    checklist = models.TextField(_("检查项目"), blank=True)
    status = models.CharField(
        _("状态"), max_length=14, choices=Status.choices, default=Status.READY
    )
    status_reason = models.CharField(_("停用原因"), max_length=200, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    is_active = models.BooleanField(_("在册"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("物资")
        ordering = ["category", "name", "specification", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "specification"], name="item_named_once"),
            models.CheckConstraint(
                condition=Q(per_window_hour__isnull=True) | Q(per_window_hour__gt=0),
                name="item_rate_positive",
            ),
            models.CheckConstraint(
                condition=Q(inspection_days__isnull=True) | Q(inspection_days__gte=1),
                name="item_inspection_cycle",
            ),
            models.CheckConstraint(
                condition=Q(status="ready") | ~Q(status_reason=""), name="item_out_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["inspect_by"],
                condition=Q(inspect_by__isnull=False, is_active=True),
                name="item_inspection_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.specification}".strip()

    def get_absolute_url(self) -> str:
        return reverse("inventory:item", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"supply:{self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.is_active and self.status == self.Status.READY

    @property
    def points(self) -> list[str]:
        """The points of the checklist."""
        return [line.strip() for line in self.checklist.splitlines() if line.strip()]

    def next_inspection(self) -> datetime.date | None:
        """By when it must be inspected; at once where it never was."""
        if self.inspection_days is None:
            return None
        if self.last_inspected_on is None:
            return datetime.date(2000, 1, 1)
        most = (datetime.date.max - self.last_inspected_on).days
        return self.last_inspected_on + datetime.timedelta(days=min(self.inspection_days, most))


class Batch(models.Model):
    """What came in together and expires together."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="batches")
    number = models.CharField(_("批号"), max_length=40)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("批次")
        ordering = ["item", models.F("expires_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="batch_numbered_once")
        ]
        indexes = [models.Index(fields=["expires_on"], name="batch_expiry")]

    def __str__(self) -> str:
        return self.number
