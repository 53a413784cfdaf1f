"""What ends is told in time: to the person and to the head of their department, once each."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.training import authority, covering
from drills.training.models import Completion, Course
from drills.training.workflow.gate import insist, lock_course
from journal.recording import now
from journal.refusals import Conflict
from teams.models import Person
from teams.workflow.told import tell

# Names in one alert to a head; more than these are counted.
_NAMED = 12


def remind() -> int:
    """Tell of each completion that ends soon or has ended since it was last looked; give how many.

    A course is a transaction of its own on its locked rows: safe to call twice, side by side.
    """
    today = timezone.localdate(now())
    return sum(
        _remind(course, kind, today)
        for course in Course.objects.in_use().order_by("pk")
        for kind in ("soon", "ended")
        if _due(course, kind, today).exists()
    )


def _due(course: Course, kind: str, today: datetime.date) -> QuerySet[Completion]:
    rows = Completion.objects.standing().filter(course=course, valid_until__isnull=False)
    if kind == "ended":
        return rows.filter(valid_until__lt=today, told_ended_at__isnull=True)
    until = today + datetime.timedelta(days=course.remind_days)
    return rows.filter(valid_until__range=(today, until), told_soon_at__isnull=True)


@transaction.atomic
def _remind(course: Course, kind: str, today: datetime.date) -> int:
    at = now()
    rows = list(
        _due(course, kind, today)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("person__department")
        .order_by("pk")
    )
    field = f"told_{kind}_at"
    Completion.objects.filter(pk__in=[row.pk for row in rows]).update(**{field: at})
    renewed = _renewed(rows)
    told = [
        row
        for row in rows
        if row.pk not in renewed and row.person.is_active and not row.person.only_reads
    ]
    by_day, by_department = defaultdict(list), defaultdict(list)
    for row in told:
        by_day[row.valid_until].append(row)
        if row.person.department_id is not None:
            by_department[row.person.department_id].append(row)
    for day, group in sorted(by_day.items()):
        people = [row.person_id for row in group]
        tell(course, f"training.{kind}", by=None, on=day, people=people)
    for department, group in sorted(by_department.items()):
        facts = {"department": department, "names": _names(group), "count": len(group)}
        tell(course, f"training.{kind}_in", by=None, **facts)
    return len(told)


def _renewed(rows: Sequence[Completion]) -> set[int]:
    """Those of the rows whose person has a completion of the course that holds longer."""
    later = Completion.objects.standing().filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until")),
        course=OuterRef("course"),
        person=OuterRef("person"),
    )
    found = Completion.objects.filter(Exists(later), pk__in=[row.pk for row in rows])
    return set(found.values_list("pk", flat=True))


def _names(rows: Sequence[Completion]) -> list[str]:
    named = [f"{row.person.name}（{row.valid_until:%m-%d}）" for row in rows[:_NAMED]]
    if len(rows) > _NAMED:
        named.append(_("等 %(count)s 人") % {"count": len(rows)})
    return named


@transaction.atomic
def chase(pk: int, *, by: Person) -> int:
    """Remind everybody who must have the course and lacks it; give how many.

    Raises NotAllowed, Conflict (nobody lacks it, or it was done today already).
    """
    insist(authority.chases(by), gettext_lazy("提醒还没有覆盖的人"))
    course = lock_course(pk)
    at = now()
    if course.chased_at is not None and at - course.chased_at < datetime.timedelta(hours=12):
        raise Conflict(_("今天已经提醒过了，请明天再提醒。"))
    lacking = covering.uncovered(course, timezone.localdate(at)).values_list("pk", flat=True)
    people: list[Any] = list(lacking.order_by("pk")) if course.is_active else []
    if not people:
        raise Conflict(_("必修的人都已覆盖，不用提醒。"))
    Course.objects.filter(pk=pk).update(chased_at=at, version=F("version") + 1)
    tell(course, "training.chase", by=by, people=people, count=len(people))
    return len(people)
