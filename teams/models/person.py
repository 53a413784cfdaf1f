"""People with their roles in the product."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from teams.models.organisation import Department


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
    # The office extension, which everybody sees; personal numbers are contact points.
    phone = models.CharField(_("科室内线"), max_length=20, blank=True)
    roles = ArrayField(
        models.CharField(max_length=12, choices=Role.choices),
        verbose_name=_("角色"),
        default=list,
        blank=True,
    )
    # What the person can do, in the hospital's own words: 数据库, 网络布线 …
    skills = ArrayField(
        models.CharField(max_length=30), verbose_name=_("技能"), default=list, blank=True
    )
    # The first password was handed over by an administrator: it opens the door once.
    must_change_password = models.BooleanField(_("登录后须改密码"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=1)

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

    def get_absolute_url(self) -> str:
        return reverse("teams:person", args=[self.pk])

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
    def _memberships(self) -> list[tuple[int, str, str]]:
        """`(group, group kind, part)` of each membership; one query a request."""
        return list(self.memberships.order_by().values_list("group_id", "group__kind", "part"))

    @property
    def parts(self) -> dict[str, str]:
        """Part in each of the plan's groups: `{group kind: part}`. These carry authority."""
        return {kind: part for _group, kind, part in self._memberships if kind != "other"}

    @property
    def group_ids(self) -> list[int]:
        """Every response group that the person belongs to, the hospital's own among them."""
        return [group for group, _kind, _part in self._memberships]

    def in_group(self, kind: str, *parts: str) -> bool:
        """Is the person in the plan's group of this kind (in one of `parts`, if any is named)?"""
        part = self.parts.get(kind)
        return part is not None and (not parts or part in parts)
