"""What a new hospital still has to do before the product works for it, in order."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.models import PlanVersion
from teams.models import (
    ContactPoint,
    Department,
    Membership,
    Person,
    ResponseGroup,
    Role,
    Roster,
    Service,
)


@dataclass(frozen=True)
class Step:
    """One thing to do: is it done, how it is done, and where."""

    title: str
    hint: str
    url: str
    done: bool


def first_steps() -> list[Step]:
    """Every step with whether it is done. A fixed number of queries."""
    return [
        Step(str(title), str(hint), reverse(address), done())
        for title, hint, address, done in _STEPS
    ]


def is_begun() -> bool:
    """Does the product work for this hospital: is there a plan in force? One query."""
    return PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).exists()


def _organisation() -> bool:
    return Department.objects.exists() and Service.objects.exists()


def _people() -> bool:
    roles = {
        role
        for roles in Person.objects.filter(is_active=True).values_list("roles", flat=True)
        for role in roles
    }
    return {Role.IT, Role.CS, Role.LEADER} <= roles


def _groups() -> bool:
    kinds = Membership.objects.filter(
        part=Membership.Part.HEAD,
        person__is_active=True,
        group__kind__in=ResponseGroup.OF_THE_PLAN,
    ).values_list("group__kind", flat=True)
    return set(kinds) == set(ResponseGroup.OF_THE_PLAN)


def _contacts() -> bool:
    leaders = Membership.objects.filter(
        part__in=(Membership.Part.HEAD, Membership.Part.DEPUTY),
        group__kind__in=ResponseGroup.OF_THE_PLAN,
        person__is_active=True,
    )
    proved = ContactPoint.objects.in_use().filter(
        person=OuterRef("person"), last_ok_at__isnull=False
    )
    proved = proved.exclude(kind=ContactPoint.Kind.IN_APP)
    unproved = leaders.filter(~Exists(proved))
    return leaders.exists() and not unproved.exists()


def _rosters() -> bool:
    return Roster.objects.filter(is_active=True, group__kind=ResponseGroup.Kind.FAULT).exists()


_STEPS: list[tuple[Promise, Promise, str, Callable[[], bool]]] = [
    (
        _("科室和业务"),
        _("在「科室」里核对名称和内线；业务在「管理」里。"),
        "teams:departments",
        _organisation,
    ),
    (
        _("人员"),
        _("至少添加信息技术、客服和领导各一人，把初始密码交给本人。"),
        "teams:people",
        _people,
    ),
    (_("三个小组"), _("给每个小组安排组长、副组长和组员。"), "teams:groups", _groups),
    (
        _("联系方式"),
        _("组长和副组长各自登录，在「我的联系方式」里添加电话并测试收到。"),
        "teams:directory",
        _contacts,
    ),
    (
        _("值班表"),
        _("建立信息技术部和行政总值班的值班表，可以从表格导入。"),
        "teams:rosters",
        _rosters,
    ),
    (
        _("预案"),
        _("把示例草稿改成本院的，送审、领导小组签字、发布。"),
        "plans:drafts",
        is_begun,
    ),
]
