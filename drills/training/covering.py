"""Who must have which course, who has it, and until when (plan, row P20)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drills.training.models import Completion, Course, Invitation, TrainingSession
from teams.models import Membership, Person, Role

# So long after the first day somebody counts as new; and so long the accounts of everybody who
# worked here before are entered when the product is set up.
NEW = datetime.timedelta(days=90)
SETTING_UP = datetime.timedelta(days=7)


class Standing(models.TextChoices):
    """How a person stands with a course."""

    NOT_NEEDED = "not_needed", _("不要求")
    COVERED = "covered", _("有效")
    SOON = "soon", _("快到期")
    ENDED = "ended", _("已过期")
    MISSING = "missing", _("还没有参加")


GAPS = (Standing.ENDED, Standing.MISSING)


@dataclass(frozen=True)
class Cell:
    """One person and one course. `until`: the last day it holds or held, None for ever;
    `planned_at`: when they are invited to have it (again)."""

    course: Course
    standing: Standing
    is_needed: bool
    until: datetime.date | None = None
    planned_at: datetime.datetime | None = None
    completion: Completion | None = None

    @property
    def is_gap(self) -> bool:
        return self.is_needed and self.standing in GAPS


@dataclass(frozen=True)
class Row:
    """One person with a cell for each course, in the order of the courses."""

    person: Person
    is_new: bool
    cells: list[Cell] = field(default_factory=list)

    @property
    def gaps(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_gap]


def staff() -> QuerySet[Person]:
    """Everybody who is trained."""
    return Person.objects.filter(is_active=True).exclude(roles__contains=[Role.AUDITOR])


def needing(course: Course) -> QuerySet[Person]:
    """Everybody who must have this course."""
    if course.for_everybody:
        return staff()
    asked = Q(department__in=course.departments.all()) | Q(
        pk__in=Membership.objects.filter(group__in=course.groups.all()).values("person")
    )
    if course.roles:
        asked |= Q(roles__overlap=course.roles)
    return staff().filter(asked)


def uncovered(course: Course, on: datetime.date) -> QuerySet[Person]:
    """Who must have the course and does not on this day."""
    holding = Completion.objects.holding(on).filter(course=course)
    return needing(course).exclude(pk__in=holding.values("person"))


def courses_in_use() -> list[Course]:
    """All courses in use, with whom they are for. Three queries."""
    return list(Course.objects.in_use().prefetch_related("departments", "groups"))


def new_since() -> datetime.datetime:
    """Whoever joined from then on is new. Those who were entered when the product was set up, with
    the first account or in the week behind it, worked here before. One query."""
    began = Person.objects.aggregate(first=Min("date_joined"))["first"] or timezone.now()
    return max(timezone.now() - NEW, began + SETTING_UP)


def rows_of(people: Sequence[Person], courses: Sequence[Course]) -> list[Row]:
    """How each of these people stands with each of these courses.

    Takes courses with `departments` and `groups` prefetched. Four queries, whatever their number.
    """
    keys = [person.pk for person in people]
    groups = defaultdict(set)
    for person_pk, group_pk in (
        Membership.objects.filter(person__in=keys).order_by().values_list("person", "group")
    ):
        groups[person_pk].add(group_pk)
    best = _best(keys)
    planned = _planned(keys)
    today, since = timezone.localdate(), new_since()
    needed = [
        (course, _sets(course)) for course in courses
    ]  # read once a course, not once a person
    return [
        Row(
            person,
            person.date_joined >= since,
            [
                _cell(
                    course,
                    _is_needed(course, asked, person, groups[person.pk]),
                    best.get((person.pk, course.pk)),
                    planned.get((person.pk, course.pk)),
                    today,
                )
                for course, asked in needed
            ],
        )
        for person in people
    ]


def row_of(person: Person) -> Row:
    """How one person stands with every course in use, and with those they have completed."""
    known = Completion.objects.filter(person=person).values("course")
    courses = Course.objects.filter(Q(is_active=True) | Q(pk__in=known))
    (row,) = rows_of([person], list(courses.prefetch_related("departments", "groups")))
    return row


def _sets(course: Course) -> tuple[set[int], set[int]]:
    return (
        {each.pk for each in course.departments.all()},
        {each.pk for each in course.groups.all()},
    )


def _is_needed(
    course: Course, asked: tuple[set[int], set[int]], person: Person, groups: Iterable[int]
) -> bool:
    departments, wanted = asked
    if not course.is_active or person.only_reads or not person.is_active:
        return False
    return (
        course.for_everybody
        or person.has_role(*course.roles)
        or person.department_id in departments
        or not wanted.isdisjoint(groups)
    )


def _best(people: list[int]) -> dict[tuple[int, int], Completion]:
    """Of each person and course the completion that holds longest."""
    found = {}
    rows = Completion.objects.standing().filter(person__in=people)
    for row in rows.order_by(models.F("valid_until").asc(nulls_last=True), "pk"):
        found[row.person_id, row.course_id] = row
    return found


def _planned(people: list[int]) -> dict[tuple[int, int], datetime.datetime]:
    """When each is invited next, unless they said that they cannot come."""
    rows = Invitation.objects.filter(
        person__in=people,
        session__state=TrainingSession.State.PLANNED,
        session__ends_at__gt=timezone.now(),
    ).exclude(answer=Invitation.Answer.DECLINED)
    found = rows.order_by("-session__starts_at").values_list(
        "person", "session__course", "session__starts_at"
    )
    return {(person, course): at for person, course, at in found}


def _cell(
    course: Course,
    is_needed: bool,
    best: Completion | None,
    planned_at: datetime.datetime | None,
    today: datetime.date,
) -> Cell:
    if best is None:
        standing = Standing.MISSING if is_needed else Standing.NOT_NEEDED
        return Cell(course, standing, is_needed, planned_at=planned_at)
    until = best.valid_until
    if until is None or until > today + datetime.timedelta(days=course.remind_days):
        standing = Standing.COVERED
    elif until >= today:
        standing = Standing.SOON
    else:
        standing = Standing.ENDED
    return Cell(course, standing, is_needed, until, planned_at, best)
