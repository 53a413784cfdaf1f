"""How a real hospital begins: its first administrator, departments, groups and a draft of the plan.

Everything goes through the verbs of the rooms and is told in the journal. What is there already
is left alone, so it may run again after it was interrupted, or to add what was left out.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

import plans.workflow
import teams.workflow
from plans.fitting import fitted
from plans.form import Unfit
from plans.models import PlanVersion
from plans.names import Directory
from plans.yaml_form import dump
from teams.models import Department, Person, ResponseGroup, Role, Service

SHIPPED = Path(__file__).with_name("beginning.yaml")
# Nobody's organisation is longer than that.
_LONGEST = 200_000


class Unusable(Exception):
    """The file of an organisation is none; says where and why."""


@dataclass
class Begun:
    """What was made. `password`: of the new administrator, to be shown once; empty where there was
    one. `fitting`: what of the example plan was replaced or left out, in sentences."""

    administrator: Person
    password: str = ""
    departments: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    plan: PlanVersion | None = None
    fitting: list[str] = field(default_factory=list)


def organisation(path: Path = SHIPPED) -> dict[str, Any]:
    """Departments, services and groups as a file tells them. Raises Unusable."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"读不出「{path}」：{error}") from error
    if len(text) > _LONGEST:
        raise Unusable(f"「{path}」太大。")
    try:
        told = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise Unusable(f"「{path}」不是 YAML：{error}") from error
    return _checked(told, path)


def administrator() -> Person | None:
    """Somebody who administers already, if anybody does."""
    found = Person.objects.filter(is_active=True, roles__contains=[Role.ADMIN])
    return found.exclude(roles__contains=[Role.AUDITOR]).order_by("pk").first()


@transaction.atomic
def begin(
    told: dict[str, Any], *, username: str = "", name: str = "", with_plan: bool = True
) -> Begun:
    """Make what is missing. `username` and `name` are those of the first administrator.

    Raises `journal.refusals.Refusal` where a verb refuses, and then nothing was made.
    """
    known = administrator()
    if known is None:
        known, password = teams.workflow.add_person(
            by=None, username=username, name=name, duty="系统管理员", roles=[Role.ADMIN]
        )
    else:
        password = ""
    begun = Begun(known, password)
    _departments(told["departments"], begun)
    _services(told["services"], begun)
    _groups(told["groups"], begun)
    if with_plan and not PlanVersion.objects.exists():
        _draft(begun)
    return begun


def _departments(told: dict[str, Any], begun: Begun) -> None:
    there = set(Department.objects.values_list("name", flat=True))
    for position, (name, (kind, phone)) in enumerate(told.items(), start=1):
        if name not in there:
            teams.workflow.add_department(
                by=None, name=name, kind=kind, phone=phone, position=position
            )
            begun.departments.append(name)


def _services(told: dict[str, Any], begun: Begun) -> None:
    there = set(Service.objects.values_list("name", flat=True))
    departments = {each.name: each for each in Department.objects.all()}
    for position, (name, (department, is_core, is_public)) in enumerate(told.items(), start=1):
        if name not in there:
            service = Service(
                name=name,
                department=departments[department],
                is_core=is_core,
                is_public=is_public,
                position=position,
            )
            teams.workflow.keep(service, by=None, changed=["name", "department"])
            begun.services.append(name)


def _groups(told: dict[str, Any], begun: Begun) -> None:
    there = set(ResponseGroup.objects.values_list("kind", flat=True))
    for kind, group in told.items():
        if kind not in there:
            teams.workflow.add_group(by=None, kind=kind, name=group["name"], duty=group["duty"])
            begun.groups.append(group["name"])


def _draft(begun: Begun) -> None:
    try:
        value, begun.fitting = fitted(Directory())
        begun.plan = plans.workflow.bring_in(
            dump(value), by=begun.administrator, reason="示例预案，请按本院情况修改后送审"
        )
    except Unfit as error:
        raise Unusable(f"示例预案不适合这家医院：{error}") from error


def _checked(told: Any, path: Path) -> dict[str, Any]:
    """The file in one shape: departments (kind, phone), services (department, core, public)."""

    def wrong(what: str) -> Unusable:
        return Unusable(f"「{path}」：{what}")

    if not isinstance(told, dict) or set(told) - {"departments", "services", "groups"}:
        raise wrong("只能有 departments、services、groups 三部分。")
    for part in ("departments", "services", "groups"):
        if not isinstance(told.get(part) or {}, dict):
            raise wrong(f"{part} 应当写成「名称: 内容」。")
    departments = {}
    for name, value in (told.get("departments") or {}).items():
        kind, phone = value if isinstance(value, list) and len(value) == 2 else (value, "")
        if kind not in Department.Kind.values:
            raise wrong(f"科室「{name}」的类别应当是 {'、'.join(Department.Kind.values)} 之一。")
        departments[str(name)] = (kind, str(phone))
    there = {*departments, *Department.objects.values_list("name", flat=True)}
    services = {}
    for name, value in (told.get("services") or {}).items():
        if not isinstance(value, list) or len(value) != 3:
            raise wrong(f"业务「{name}」应当写成 [科室, 是否核心, 是否对患者公开]。")
        if value[0] not in there:
            raise wrong(f"业务「{name}」的科室「{value[0]}」没有列出来。")
        services[str(name)] = (str(value[0]), bool(value[1]), bool(value[2]))
    groups = {}
    for kind, value in (told.get("groups") or {}).items():
        if kind not in ResponseGroup.OF_THE_PLAN or not isinstance(value, dict):
            raise wrong(f"小组「{kind}」应当是 {'、'.join(ResponseGroup.OF_THE_PLAN)} 之一。")
        if not value.get("name") or not value.get("duty"):
            raise wrong(f"小组「{kind}」要有 name 和 duty。")
        groups[str(kind)] = {"name": str(value["name"]), "duty": str(value["duty"])}
    # The plan speaks of its three groups: those that the file leaves out come from the shipped one.
    if path != SHIPPED:
        groups = organisation()["groups"] | groups
    return {"departments": departments, "services": services, "groups": groups}
