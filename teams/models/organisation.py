"""Departments and the business services that patients use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A department that serves customers or stands behind those who do (plan, row P2)."""

    class Kind(models.TextChoices):
        OUTPATIENT = "outpatient", _("门诊")
        EMERGENCY = "emergency", _("急诊")
        INPATIENT = "inpatient", _("住院")
        CUSTOMER_SERVICE = "customer_service", _("客户服务")
        INFORMATION = "information", _("信息技术")
        SUPPORT = "support", _("后勤与财务")
        ADMINISTRATION = "administration", _("行政管理")

    name = models.CharField(_("名称"), max_length=60, unique=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    phone = models.CharField(_("内线"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(_("排列"), default=100)
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("科室")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A business service that patients use: 挂号、缴费、导诊、查询、热线 … (plan, row P2)."""

    name = models.CharField(_("名称"), max_length=40, unique=True)
    is_core = models.BooleanField(_("核心业务"), default=False)
    is_public = models.BooleanField(_("在服务状态页显示"), default=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("负责科室"), related_name="services"
    )
    position = models.PositiveSmallIntegerField(_("排列"), default=100)

    class Meta:
        verbose_name = verbose_name_plural = _("业务服务")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
