"""Completing a course: the row that coverage, reminders and certificates are made of."""

import calendar
import datetime
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from drills.training.models import Attempt, Completion, Course, TrainingSession
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


def who_passed(course: Course, people: Sequence[Person]) -> list[Person]:
    """Those who passed the course's quiz since they completed it last."""
    done = last_done(course, people)
    passed = dict(
        Attempt.objects.filter(course=course, person__in=people, passed=True)
        .order_by("at")
        .values_list("person", "at")
    )
    return [
        person
        for person in people
        if person.pk in passed and (person.pk not in done or passed[person.pk] > done[person.pk])
    ]


def last_done(course: Course, people: Sequence[Person]) -> dict[int, datetime.datetime]:
    """When each of them completed the course last."""
    rows = Completion.objects.standing().filter(course=course, person__in=people)
    return dict(rows.order_by("at").values_list("person", "at"))


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
