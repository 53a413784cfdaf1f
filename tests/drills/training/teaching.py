"""Courses and sessions for tests, made by the product's own verbs."""

import datetime
import itertools
from typing import Any

from django.utils import timezone

from drills.training import workflow
from drills.training.models import Course, TrainingSession
from teams.models import Person
from tests import make

_number = itertools.count(1)


def course(**facts: Any) -> Course:
    """A course that customer service must have, unless `facts` say otherwise."""
    facts = {"name": f"课程 {next(_number)}", "roles": ["cs"], "valid_months": 12} | facts
    return workflow.add_course(by=make.person("admin"), **facts)


def hours(number: float) -> datetime.datetime:
    """A moment so many hours from now, on the full second."""
    return timezone.now().replace(microsecond=0) + datetime.timedelta(hours=number)


def session(made: Course | None = None, *, invited: Any = (), **facts: Any) -> TrainingSession:
    """A session that the head of a department has arranged, given by IT, half an hour from now."""
    facts = {
        "by": make.person("department"),
        "course": made or course(),
        "starts_at": hours(0.5),
        "ends_at": hours(1.5),
        "place": "会议室",
        "trainer": make.person("it"),
    } | facts
    row = workflow.plan_session(**facts)
    if invited:
        row = workflow.invite(row.pk, by=facts["by"], people=invited)
    return row


def begun(row: TrainingSession) -> TrainingSession:
    """The same session, a quarter of an hour after it began."""
    TrainingSession.objects.filter(pk=row.pk).update(starts_at=hours(-0.25), ends_at=hours(0.75))
    return TrainingSession.objects.get(pk=row.pk)


def held(made: Course, *people: Person) -> TrainingSession:
    """A session of the course at which these people were."""
    row = begun(session(made))
    for person in people:
        workflow.sign_in(row.pk, by=person)
    return workflow.hold_session(row.pk, by=make.person("it"))


def keys() -> dict[str, int]:
    """What the permission table asks by its key."""
    row = session(invited=[make.person("cs")])
    return {"course": row.course_id, "training": row.pk}
