"""Verbs of departments (plan, row P2). What has a history is switched off, never deleted."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from journal.moving import check_version
from journal.refusals import Incomplete
from teams.models import Department, Person, Service
from teams.wording import listed
from teams.workflow.told import apply, insist_administers, needed, tell

_DESCRIBING = {"name", "kind", "phone", "position"}


@transaction.atomic
def add_department(
    *, by: Any, name: str, kind: str, phone: str = "", position: int = 100
) -> Department:
    """A new department. Raises Incomplete where the name is taken."""
    insist_administers(by)
    department = Department()
    _describe(department, name=name, kind=kind, phone=phone, position=position)
    department.save()
    tell(department, "department.add", by=by, kind=str(department.get_kind_display()))
    return department


@transaction.atomic
def change_department(pk: int, *, by: Any, version: int | None = None, **facts: Any) -> Department:
    """Change name, kind, extension or place in lists; what is left out stays."""
    insist_administers(by)
    department = _lock(pk, version)
    if unknown := set(facts) - _DESCRIBING:
        raise TypeError(f"change_department takes no {', '.join(sorted(unknown))}")
    changes = _describe(department, **facts)
    if changes:
        _save(department)
        tell(department, "department.change", by=by, changes=changes)
    return department


@transaction.atomic
def switch_department(pk: int, *, by: Any, version: int | None = None, on: bool) -> Department:
    """Out of use, or in use again. Nobody may work in a department that is gone, and no service
    of the patients may hang on it."""
    insist_administers(by)
    department = _lock(pk, version)
    if department.is_active == on:
        return department
    if not on:
        _insist_empty(department)
    department.is_active = on
    _save(department)
    tell(department, "department.switch_on" if on else "department.switch_off", by=by)
    return department


def _lock(pk: int, version: int | None) -> Department:
    department = Department.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(department, version)
    return department


def _describe(department: Department, **facts: Any) -> list[str]:
    if "name" in facts:
        facts["name"] = needed(facts["name"], "name", _("请填写科室名称。"))
        taken = Department.objects.exclude(pk=department.pk).filter(name=facts["name"])
        if taken.exists():
            sentence = _("已经有「%(name)s」这个科室。") % {"name": facts["name"]}
            raise Incomplete(sentence, fields={"name": sentence})
    if "kind" in facts and facts["kind"] not in Department.Kind.values:
        sentence = _("请选择类别。")
        raise Incomplete(sentence, fields={"kind": sentence})
    return apply(department, facts)


def _insist_empty(department: Department) -> None:
    people = Person.objects.filter(department=department, is_active=True).order_by("pk")
    if people:
        raise Incomplete(
            _("还有 %(count)s 人在这个科室（%(who)s），请先转到别的科室。")
            % {"count": len(people), "who": listed(people[:5])}
        )
    services = Service.objects.filter(department=department)
    if services:
        raise Incomplete(
            _("这个科室还负责业务服务（%(what)s），请先转给别的科室。") % {"what": listed(services)}
        )


def _save(department: Department) -> None:
    department.version += 1
    department.save()
