"""Editions of the downtime kits, what each printed, who put it into the drawer, and runs that make
them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models import Batch
from plans.models import PlanVersion
from teams.models import Department

# How many sheets of each form of a core service a kit holds until a department chooses another.
SHEETS = 4
MOST_SHEETS = 20


def _person(words: Any, **options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=words, related_name="+", **options
    )


class KitDrawer(models.Model):
    """What one department keeps of its kit: how much paper, and what it was reminded of.

    Its row's lock puts the department's editions in order. `reminded_of` is the change for which
    people were alarmed: nobody is alarmed of the same one twice.
    """

    department = models.OneToOneField(
        Department, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("科室")
    )
    sheets = models.PositiveSmallIntegerField(_("每种表单几张"), default=SHEETS)
    reminded_of = models.CharField(_("已提醒的变化"), max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("应急包存放")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sheets__range=(1, MOST_SHEETS)), name="kit_sheets_bearable"
            )
        ]

    def __str__(self) -> str:
        return str(self.department)

    @property
    def stream(self) -> str:
        return f"kit:{self.department_id}"


class KitEdition(models.Model):
    """One edition of a department's kit. Never changed, but for when it was first taken out.

    `fingerprint` is that of everything it says, `parts` holds a digest of each thing it is made
    of, so that what has changed since can be told. The numbers of its forms are its own for ever.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="kit_editions", verbose_name=_("科室")
    )
    number = models.PositiveIntegerField(_("版次"))
    plan = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="+", verbose_name=_("依据的预案")
    )
    made_at = models.DateTimeField(_("制作时间"))
    made_on = models.DateField(_("制作日期"))
    valid_until = models.DateField(_("有效期至"))
    made_by = _person(_("制作人"), null=True, blank=True)
    fingerprint = models.CharField(_("内容校验值"), max_length=64)
    parts = models.JSONField(_("内容组成"), default=dict)
    sheets = models.PositiveSmallIntegerField(_("每种表单几张"))
    pages = models.PositiveIntegerField(_("页数"))
    size = models.PositiveIntegerField(_("字节数"))
    sha256 = models.CharField(_("文件校验值"), max_length=64)
    # Somebody has its file: its numbers may be on paper from now on.
    taken_at = models.DateTimeField(_("首次取出"), null=True, blank=True)
    client_uuid = models.UUIDField(_("提交标识"), unique=True, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("应急包")
        ordering = ["department", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "number"], name="kit_edition_one_per_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.number}"

    @property
    def file_name(self) -> str:
        return f"停机应急包-{self.department}.pdf"


class KitPaper(models.Model):
    """An edition's PDF. Dropped of editions that nobody needs; their rows stay."""

    edition = models.OneToOneField(
        KitEdition, models.CASCADE, primary_key=True, related_name="paper"
    )
    data = models.BinaryField(_("文件"))

    class Meta:
        verbose_name = verbose_name_plural = _("应急包文件")


class KitForm(models.Model):
    """A numbered form of an edition: the batch of numbers that is printed on it."""

    edition = models.ForeignKey(KitEdition, models.PROTECT, related_name="forms")
    position = models.PositiveSmallIntegerField(_("次序"))
    key = models.CharField(_("表单"), max_length=40)
    batch = models.OneToOneField(Batch, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("应急包表单")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="kit_form_once"),
        ]


class KitPlacement(models.Model):
    """Somebody of the department says: printed, and put where it is found without a computer."""

    edition = models.ForeignKey(KitEdition, models.PROTECT, related_name="placements")
    put_on = models.DateField(_("放好的日期"))
    holder = models.CharField(_("保管人"), max_length=60)
    place = models.CharField(_("存放地点"), max_length=120)
    by = _person(_("确认人"))
    at = models.DateTimeField(_("确认时间"))
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = _("应急包放置")
        ordering = ["-pk"]


class KitRun(models.Model):
    """Making the kits of all departments: asked for by somebody, or once a day by the product."""

    class Cause(models.TextChoices):
        ASKED = "asked", _("有人要求")
        DAILY = "daily", _("每日检查")
        PLAN = "plan", _("预案变了")

    cause = models.CharField(_("起因"), max_length=5, choices=Cause.choices)
    day = models.DateField(_("日期"), unique=True, null=True, blank=True)
    asked_by = _person(_("要求的人"), null=True, blank=True)
    asked_at = models.DateTimeField(_("要求时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    # What the folder or share said, where there is one.
    folder_words = models.CharField(_("文件夹"), max_length=300, blank=True)
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = _("批量制作")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(finished_at__isnull=True), name="kit_run_open"
            )
        ]


class KitRunItem(models.Model):
    """One department of a run."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        MADE = "made", _("新制作")
        SAME = "same", _("没有变化")
        FAILED = "failed", _("没有做成")

    run = models.ForeignKey(KitRun, models.CASCADE, related_name="items")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=7, choices=State.choices, default=State.WAITING)
    words = models.CharField(_("说明"), max_length=300, blank=True)
    # The drawer's kit has grown old, and people were told of it.
    is_reminded = models.BooleanField(_("已提醒"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("批量制作的科室")
        ordering = ["run", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "department"], name="kit_run_department_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(state="waiting"), name="kit_run_item_waiting"
            )
        ]
