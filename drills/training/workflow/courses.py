"""Verbs of courses."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.training import authority
from drills.training.models import Course
from drills.training.workflow.gate import insist, lock_course, refuse, said
from journal.moving import check_version
from teams.models import Department, ResponseGroup, Role
from teams.wording import listed
from teams.workflow.told import apply, tell

_VERB = gettext_lazy("维护培训课程")


@transaction.atomic
def add_course(
    *,
    by: Any,
    departments: Iterable[Department] = (),
    groups: Iterable[ResponseGroup] = (),
    **facts: Any,
) -> Course:
    """A new course; give it. `facts` are its own fields. Raises NotAllowed, Incomplete."""
    insist(authority.keeps_courses(by), _VERB)
    course = Course()
    apply(course, _checked(course, {"name": ""} | facts))
    course.save()
    course.departments.set(departments)
    course.groups.set(groups)
    tell(course, "course.add", by=by, needed_by=needed_by(course))
    return course


@transaction.atomic
def change_course(
    pk: int,
    *,
    by: Any,
    version: int | None = None,
    departments: Iterable[Department] | None = None,
    groups: Iterable[ResponseGroup] | None = None,
    **facts: Any,
) -> Course:
    """Other words, other people, another validity; or out of use (`is_active`).

    What was completed before keeps its last day. Raises NotAllowed, Conflict, Incomplete.
    """
    insist(authority.keeps_courses(by), _VERB)
    course = lock_course(pk)
    check_version(course, version)
    before = needed_by(course)
    changes = apply(course, _checked(course, facts))
    if departments is not None:
        course.departments.set(departments)
    if groups is not None:
        course.groups.set(groups)
    after = needed_by(course)
    if before != after:
        changes.append(
            _("谁必修：%(before)s → %(after)s") % {"before": before or "–", "after": after or "–"}
        )
    if changes:
        course.version += 1
        course.save()
        tell(course, "course.change", by=by, changes=changes)
    return course


def needed_by(course: Course) -> str:
    """Who must have the course, in words; empty where it is for whoever wants."""
    if course.for_everybody:
        return _("全员")
    roles = dict(Role.choices)
    return listed(
        [
            *(roles[role] for role in course.roles),
            *course.departments.all(),
            *course.groups.all(),
        ]
    )


def _checked(course: Course, facts: dict[str, Any]) -> dict[str, Any]:
    if "name" in facts:
        facts["name"] = said(facts["name"], "name", _("请填写课程名称。"), 80)
        if Course.objects.exclude(pk=course.pk).filter(name=facts["name"]).exists():
            refuse("name", _("已经有「%(name)s」。") % {"name": facts["name"]})
    for name in ("about", "given_by"):
        if name in facts:
            facts[name] = (facts[name] or "").strip()
    if facts.get("needs_quiz") and not (
        course.pk and course.questions.filter(is_active=True).exists()
    ):
        refuse("needs_quiz", _("请先出题，再要求通过测验。"))
    if facts.get("valid_months") is not None and not 1 <= facts["valid_months"] <= 120:
        refuse("valid_months", _("请填 1 到 120 个月；一直有效就不填。"))
    return facts
