"""Checklists of the plan: what is checked while repairing, and before all is clear."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.version import FaultType, PlanVersion


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
