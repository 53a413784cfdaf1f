"""Departments, business services, people with their roles, and the plan's response groups."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
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


class Role(models.TextChoices):
    """Roles in the product (domain, section 6). A person may hold several."""

    CS = "cs", _("客服人员")
    IT = "it", _("信息技术人员")
    LEADER = "leader", _("领导小组")
    DEPARTMENT = "department", _("科室负责人")
    LOGISTICS = "logistics", _("后勤人员")
    ADMIN = "admin", _("管理员")
    AUDITOR = "auditor", _("审计员")


class Person(AbstractUser):
    """Somebody who works here, and signs in."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=40)
    duty = models.CharField(_("职务"), max_length=60, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("科室"),
        related_name="people",
        null=True,
        blank=True,
    )
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    roles = ArrayField(
        models.CharField(max_length=12, choices=Role.choices),
        verbose_name=_("角色"),
        default=list,
        blank=True,
    )

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=[str(role) for role in Role]),
                name="person_roles_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def journal_actor(self) -> tuple[str, str]:
        """Identifier and name under which the journal keeps this person's acts."""
        title = f"{self.name}（{self.duty}）" if self.duty else str(self)
        return f"person:{self.pk}", title

    def has_role(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def only_reads(self) -> bool:
        """Auditors read everything and change nothing, whatever else they are."""
        return Role.AUDITOR in self.roles

    @cached_property
    def parts(self) -> dict[str, str]:
        """Part in each response group: `{group kind: part}`; one query a request."""
        return dict(self.memberships.values_list("group__kind", "part"))

    def in_group(self, kind: str, *parts: str) -> bool:
        """Is the person in the group of this kind (in one of these parts, where any is named)?"""
        part = self.parts.get(kind)
        return part is not None and (not parts or part in parts)


class ResponseGroup(models.Model):
    """A group of the plan (rows P5–P7) with head, deputies in order, members."""

    class Kind(models.TextChoices):
        LEADING = "leading", _("应急处理领导小组")
        FAULT = "fault", _("故障应急小组")
        LOGISTICS = "logistics", _("后勤保障组")

    kind = models.CharField(_("组别"), max_length=12, choices=Kind.choices, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    duty = models.TextField(_("职责"))

    class Meta:
        verbose_name = verbose_name_plural = _("应急小组")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's part in a response group. `position` orders the deputies: who stands in first."""

    class Part(models.TextChoices):
        HEAD = "head", _("组长")
        DEPUTY = "deputy", _("副组长")
        MEMBER = "member", _("组员")

    group = models.ForeignKey(ResponseGroup, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    part = models.CharField(_("分工"), max_length=8, choices=Part.choices, default=Part.MEMBER)
    position = models.PositiveSmallIntegerField(_("次序"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("小组成员")
        ordering = [
            "group",
            models.Case(
                models.When(part="head", then=0), models.When(part="deputy", then=1), default=2
            ),
            "position",
            "pk",
        ]
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="membership_once"),
            models.UniqueConstraint(
                fields=["group"], condition=models.Q(part="head"), name="group_one_head"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.get_part_display()} {self.person}"
