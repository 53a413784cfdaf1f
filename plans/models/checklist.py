"""Checklists of the plan: what is checked while repairing, and before all is clear."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.version import FaultType, PlanVersion


class ChecklistItem(models.Model):
    """A step of a checklist: of repair by fault type (row P11), of restoration (row P13)."""

    class Phase(models.TextChoices):
        REPAIR = "repair", _("排查与修复")
        RESTORE = "restore", _("恢复验证")

    class Decider(models.TextChoices):
        FAULT = "fault", _("故障应急小组")
        HEAD = "head", _("故障应急小组组长")
        DEPARTMENT = "department", _("受影响科室")

    class Need(models.TextChoices):
        REMARK = "remark", _("文字说明")
        NUMBER = "number", _("数值")
        FILE = "file", _("文件")

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="checklist_items")
    phase = models.CharField(_("阶段"), max_length=8, choices=Phase.choices)
    # Empty: the item belongs to every fault type.
    fault_type = models.CharField(
        _("故障类型"), max_length=10, choices=FaultType.choices, blank=True
    )
    position = models.PositiveSmallIntegerField(_("次序"))
    text = models.CharField(_("检查项"), max_length=120)
    hint = models.CharField(_("做法"), max_length=300, blank=True)
    decider = models.CharField(
        _("谁来办"), max_length=10, choices=Decider.choices, default=Decider.FAULT
    )
    # What must be there before the item counts as done.
    needs = ArrayField(
        models.CharField(max_length=6), verbose_name=_("要什么凭证"), default=list, blank=True
    )
    unit = models.CharField(_("单位"), max_length=10, blank=True)
    # From when somebody takes it.
    minutes = models.PositiveSmallIntegerField(_("限时（分钟）"), null=True, blank=True)
    # Opens only when the item above it, that is no branch itself, has failed.
    is_branch = models.BooleanField(_("上一项失败时才办"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("检查项")
        ordering = ["plan", "phase", "fault_type", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "phase", "fault_type", "position"],
                name="checklist_item_one_per_position",
            ),
            models.CheckConstraint(
                condition=models.Q(decider__in=["fault", "head", "department"]),
                name="checklist_item_decider_known",
            ),
            models.CheckConstraint(
                condition=models.Q(needs__contained_by=["remark", "number", "file"]),
                name="checklist_item_needs_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def more(self) -> str:
        """Who decides it, what it demands and how long it may take, in words; "" for the usual."""
        said = []
        if self.is_branch:
            said.append(str(_("上一项失败时才办")))
        if self.decider != self.Decider.FAULT:
            said.append(str(_("由%(who)s办") % {"who": self.get_decider_display()}))
        if self.needs:
            wanted = "、".join(self.need_words(need, self.unit) for need in self.needs)
            said.append(str(_("要有%(what)s") % {"what": wanted}))
        if self.minutes:
            said.append(str(_("限时 %(minutes)s 分钟") % {"minutes": self.minutes}))
        return "；".join(said)

    @classmethod
    def need_words(cls, need: str, unit: str) -> str:
        """One kind of evidence in words, a number with its unit."""
        label = str(cls.Need(need).label)
        return f"{label}（{unit}）" if need == cls.Need.NUMBER and unit else label
