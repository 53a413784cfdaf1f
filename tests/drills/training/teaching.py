"""Courses and sessions for tests, made by the product's own verbs."""

import datetime
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from drills.training import codes, workflow
from drills.training.models import Attempt, Course, Material, Question, TrainingSession
from teams.models import Person
from tests import make

_number = itertools.count(1)


def course(**facts: Any) -> Course:
    """A course that customer service must have, unless `facts` say otherwise."""
    name = f"课程 {Course.objects.count() + next(_number)}"
    facts = {"name": name, "roles": ["cs"], "valid_months": 12} | facts
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


def ask(made: Course, *right: int, **facts: Any) -> Question:
    """A question of the course with four options; the second is right, unless `right` are."""
    facts = {"text": f"问题 {next(_number)}", "options": ["甲", "乙", "丙", "丁"]} | facts
    return workflow.write_question(
        made.pk, by=make.person("admin"), right=list(right) or [1], **facts
    )


def material(made: Course) -> Material:
    """A short text to read."""
    file = SimpleUploadedFile("reading.txt", "先报障，再换手工。".encode())
    return workflow.add_material(made.pk, by=make.person("admin"), file=file)


def answer(made: Course, by: Person, *given: int) -> Attempt:
    """This person hands in the quiz with these places for each question."""
    made.refresh_from_db()
    answers = {each.pk: list(given) for each in made.questions.in_use()}
    return workflow.submit_quiz(made.pk, by=by, quiz_version=made.quiz_version, answers=answers)


def keys() -> dict[str, int]:
    """What the permission table asks by its key."""
    row = session(invited=[make.person("cs")])
    completion = held(course(), make.person("cs")).completions.get()
    quizzed = course()
    question = ask(quizzed)
    return {
        "course": row.course_id,
        "training": row.pk,
        "completion": completion.pk,
        "some_people": [make.person("cs2").pk],
        "quizzed": quizzed.pk,
        "question": question.pk,
        "material": material(quizzed).pk,
        "attempt": answer(quizzed, make.person("cs"), 1).pk,
    }


def arrangement() -> dict[str, Any]:
    """For the browser: a session about to begin, and where its codes will lead, by the number of
    their 20 seconds."""
    row = session(invited=[make.person("cs")])
    now = timezone.now()
    moments = [now + datetime.timedelta(seconds=codes.STEP * step) for step in range(-5, 60)]
    return {
        "pk": row.pk,
        "course": row.course.name,
        "codes": {
            str(int(at.timestamp()) // codes.STEP): reverse(
                "training:arrive", args=[row.pk, codes.code_of(row, at)]
            )
            for at in moments
        },
    }
