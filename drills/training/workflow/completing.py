"""Completing a course: the row that coverage, reminders and certificates are made of."""

import calendar
import datetime
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from drills.training.models import Completion, Course, TrainingSession
from teams.models import Person


def complete(
    course: Course,
    people: Sequence[Person],
    *,
    session: TrainingSession | None,
    on: datetime.date,
    at: datetime.datetime,
) -> list[Completion]:
    """These people have done all that the course demands, since this day; give their completions.

    Within the transaction of the verb that makes it true.
    """
    if not people:
        return []
    until = add_months(on, course.valid_months) if course.valid_months else None
    year = timezone.localdate(at).year
    first = _numbers(year, len(people))
    rows = [
        Completion(
            course=course,
            person=person,
            session=session,
            completed_on=on,
            valid_until=until,
            year=year,
            serial=first + place,
            at=at,
        )
        for place, person in enumerate(people)
    ]
    return Completion.objects.bulk_create(rows)


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on; the month's last day where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _numbers(year: int, count: int) -> int:
    """The first of so many certificate numbers of the year, which are the caller's. The year's row
    stays locked until the transaction ends, so there is no gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO drills_trainingnumbering AS numbering (year, last) VALUES (%s, %s) "
            "ON CONFLICT (year) DO UPDATE SET last = numbering.last + %s RETURNING last",
            [year, count, count],
        )
        return int(cursor.fetchone()[0]) - count + 1
