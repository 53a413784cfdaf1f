"""Who is not covered: people by courses, what is missing in words, the same as a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from drills.training import covering
from drills.training.covering import Cell, Row, Standing
from drills.training.models import Course
from teams.models import Person
from teams.sheets import Column, Sheet, text


@dataclass(frozen=True)
class Wanted:
    """What the page is asked for. `department`: its key, or None for all."""

    department: int | None = None
    course: int | None = None
    only_gaps: bool = False
    only_new: bool = False
    words: str = ""


@dataclass(frozen=True)
class Total:
    """One course over all the people that are asked for."""

    course: Course
    needed: int
    missing: int
    soon: int

    @property
    def covered(self) -> int:
        return self.needed - self.missing


@dataclass(frozen=True)
class Matrix:
    """Rows as asked for; totals over all of them, before `only_gaps` leaves some out."""

    courses: list[Course]
    rows: list[Row]
    totals: list[Total]

    @property
    def gaps(self) -> int:
        return sum(total.missing for total in self.totals)


def people(wanted: Wanted) -> QuerySet[Person]:
    """Who is asked for, by department."""
    found = covering.staff().select_related("department")
    if wanted.department is not None:
        found = found.filter(department=wanted.department)
    if wanted.only_new:
        found = found.filter(date_joined__gte=covering.new_since())
    if wanted.words:
        found = found.filter(Q(name__icontains=wanted.words) | Q(duty__icontains=wanted.words))
    return found.order_by("department__position", "department", "name", "pk")


def matrix(wanted: Wanted) -> Matrix:
    """The matrix. Eight queries, whatever its size."""
    courses = covering.courses_in_use()
    if wanted.course is not None:
        courses = [course for course in courses if course.pk == wanted.course]
    rows = covering.rows_of(list(people(wanted)), courses)
    totals = [_total(course, [row.cells[at] for row in rows]) for at, course in enumerate(courses)]
    if wanted.only_gaps:
        rows = [row for row in rows if row.gaps]
    return Matrix(courses, rows, totals)


def _total(course: Course, cells: list[Cell]) -> Total:
    needed = [cell for cell in cells if cell.is_needed]
    return Total(
        course,
        len(needed),
        sum(cell.is_gap for cell in needed),
        sum(cell.standing == Standing.SOON for cell in needed),
    )


def in_words(cell: Cell) -> str:
    """A cell as people say it, for the workbook."""
    day = f"{cell.until:%Y-%m-%d}" if cell.until else ""
    said = {
        Standing.NOT_NEEDED: _("不要求"),
        Standing.MISSING: _("还没有参加"),
        Standing.COVERED: _("有效至 %(day)s") % {"day": day} if day else _("一直有效"),
        Standing.SOON: _("快到期，%(day)s") % {"day": day},
        Standing.ENDED: _("已过期，%(day)s") % {"day": day},
    }[cell.standing]
    if cell.planned_at and cell.standing != Standing.COVERED:
        when = f"{timezone.localtime(cell.planned_at):%m-%d %H:%M}"
        said = f"{said}；" + _("已邀请 %(day)s") % {"day": when}
    return said


def sheets(found: Matrix) -> list[Sheet]:
    """The matrix, and behind it each gap as a row of its own."""
    person = [
        Column("name", _("姓名"), text(), width=14),
        Column("department", _("科室"), text(), width=16),
        Column("duty", _("职务"), text(), width=18),
        Column("is_new", _("新员工"), text(), width=8),
    ]
    cells = [
        Column(f"course{course.pk}", course.name, text(), width=18) for course in found.courses
    ]
    gap = [Column("course", _("课程"), text(), width=20), Column("gap", _("差什么"), text())]
    return [
        Sheet(_("覆盖情况"), [*person, *cells], (_cells_of(row) for row in found.rows)),
        Sheet(
            _("还差的"),
            [*person, *gap],
            (
                _about(row) | {"course": cell.course.name, "gap": in_words(cell)}
                for row in found.rows
                for cell in row.gaps
            ),
        ),
    ]


def _cells_of(row: Row) -> Mapping[str, Any]:
    return _about(row) | {f"course{cell.course.pk}": in_words(cell) for cell in row.cells}


def _about(row: Row) -> dict[str, Any]:
    person = row.person
    return {
        "name": person.name,
        "department": str(person.department or ""),
        "duty": person.duty,
        "is_new": _("是") if row.is_new else _("否"),
    }
