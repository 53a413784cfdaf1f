"""What the plan keeps at hand: service cards, notice templates, supplies, regulatory clocks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.models.version import FaultType, PlanVersion
from teams.models import Department, Service


def _fault_types() -> "ArrayField[list[str], list[str]]":
    """Fault types to which a part of the plan belongs; none means to all of them."""
    return ArrayField(
        models.CharField(max_length=10), verbose_name=_("故障类型"), default=list, blank=True
    )


def _fault_types_known(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(fault_types__contained_by=[str(kind) for kind in FaultType]), name=name
    )


def _fault_words(kinds: list[str]) -> str:
    """Fault types in words; none means all of them."""
    return "、".join(str(FaultType(kind).label) for kind in kinds) or gettext("各类故障")


class ServiceCard(models.Model):
    """A business service: who answers for it, what a stop risks, how to go on by hand (P2, P4)."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="service_cards")
    position = models.PositiveSmallIntegerField(_("次序"))
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("业务服务"), related_name="+"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("负责科室"), related_name="+"
    )
    risk = models.TextField(_("中断的风险"), max_length=400)
    manual = models.TextField(_("手工办理步骤"), max_length=4000)
    forms = ArrayField(
        models.CharField(max_length=80), verbose_name=_("纸质表单"), default=list, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("业务卡")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="card_one_per_position"),
            models.UniqueConstraint(fields=["plan", "service"], name="card_one_per_service"),
        ]

    def __str__(self) -> str:
        return str(self.service)


class NoticeTemplate(models.Model):
    """Words for a patient notice, to begin from (P12). `{业务}` and `{地点}` are filled in."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="notice_templates")
    position = models.PositiveSmallIntegerField(_("次序"))
    name = models.CharField(_("名称"), max_length=60)
    fault_types = _fault_types()
    # The lengths are those of the notice's own fields.
    affected = models.CharField(_("什么用不了"), max_length=120)
    advice = models.CharField(_("现在怎么办"), max_length=200)
    where = models.CharField(_("去哪里办"), max_length=120, blank=True)
    emergency = models.CharField(_("急诊情况"), max_length=60, default="急诊照常接诊")
    contact = models.CharField(_("咨询电话"), max_length=40, blank=True)
    # Empty: patients read a sentence that is true of any fault.
    affected_en = models.CharField(_("什么用不了（英文）"), max_length=200, blank=True)
    advice_en = models.CharField(_("现在怎么办（英文）"), max_length=300, blank=True)
    where_en = models.CharField(_("去哪里办（英文）"), max_length=200, blank=True)
    emergency_en = models.CharField(_("急诊情况（英文）"), max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通知模板")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="template_one_per_position"),
            models.UniqueConstraint(fields=["plan", "name"], name="template_one_per_name"),
            _fault_types_known("template_fault_types_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fault_words(self) -> str:
        return _fault_words(self.fault_types)


class RequiredSupply(models.Model):
    """What must be at hand for a fault type (P19); without a fault type, always."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="supplies")
    fault_type = models.CharField(
        _("故障类型"), max_length=10, choices=FaultType.choices, blank=True
    )
    position = models.PositiveSmallIntegerField(_("次序"))
    item = models.CharField(_("物资"), max_length=80)
    quantity = models.PositiveIntegerField(_("数量"))
    unit = models.CharField(_("单位"), max_length=10)

    class Meta:
        verbose_name = verbose_name_plural = _("所需物资")
        ordering = ["plan", "fault_type", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "fault_type", "position"], name="supply_one_per_position"
            ),
            models.UniqueConstraint(
                fields=["plan", "fault_type", "item"], name="supply_one_per_item"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="supply_some"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.quantity} {self.unit}"


class RegulatoryClock(models.Model):
    """A report or notice that a rule demands within hours (domain, section 5).

    Each names its source. It reminds people of the rule; it is no legal advice.
    """

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="clocks")
    position = models.PositiveSmallIntegerField(_("次序"))
    rule = models.CharField(_("要求"), max_length=120)
    source = models.CharField(_("依据"), max_length=200)
    hours = models.PositiveIntegerField(_("小时内"))
    who = models.CharField(_("谁来办"), max_length=80)
    fault_types = _fault_types()
    note = models.CharField(_("说明"), max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("法定时限")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="clock_one_per_position"),
            models.UniqueConstraint(fields=["plan", "rule"], name="clock_one_per_rule"),
            models.CheckConstraint(condition=models.Q(hours__gte=1), name="clock_runs"),
            _fault_types_known("clock_fault_types_known"),
        ]

    def __str__(self) -> str:
        return self.rule

    @property
    def fault_words(self) -> str:
        return _fault_words(self.fault_types)
