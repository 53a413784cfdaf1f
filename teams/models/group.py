"""The plan's response groups, and who has which part in them."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from teams.models.person import Person


class ResponseGroupQuerySet(models.QuerySet["ResponseGroup"]):
    def in_use(self) -> "ResponseGroupQuerySet":
        return self.filter(is_active=True)


class ResponseGroup(models.Model):
    """A group of the plan (rows P5–P7) or another of the hospital's own, with head, deputies in
    order, members.

    The plan's three are there once and cannot be dissolved. Groups of kind `other` take orders
    and duty like them, but give their people no authority over incidents.
    """

    class Kind(models.TextChoices):
        LEADING = "leading", _("应急处理领导小组")
        FAULT = "fault", _("故障应急小组")
        LOGISTICS = "logistics", _("后勤保障组")
        OTHER = "other", _("其他小组")

    # The groups that the plan itself names: their parts carry authority.
    OF_THE_PLAN = (Kind.LEADING, Kind.FAULT, Kind.LOGISTICS)

    kind = models.CharField(_("组别"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    duty = models.TextField(_("职责"))
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = ResponseGroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("应急小组")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=~models.Q(kind="other"), name="group_of_plan_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="other") | models.Q(is_active=True),
                name="group_of_plan_stays",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:group", args=[self.pk])

    @property
    def is_of_the_plan(self) -> bool:
        return self.kind in self.OF_THE_PLAN


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
