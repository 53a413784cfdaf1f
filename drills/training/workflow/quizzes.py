"""Verbs of a course's quiz: its questions, and handing in one's answers."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.training import authority
from drills.training.models import (
    Attempt,
    Attendance,
    Completion,
    Course,
    Question,
    TrainingSession,
)
from drills.training.workflow.completing import complete, last_done
from drills.training.workflow.gate import insist, lock_course, refuse, said
from journal.recording import now
from journal.refusals import Conflict, Incomplete
from teams.models import Person
from teams.workflow.told import tell

MOST_OPTIONS = 8
_VERB = gettext_lazy("编写测验题目")


@transaction.atomic
def write_question(
    pk: int,
    *,
    by: Any,
    text: str,
    options: Sequence[str],
    right: Sequence[int],
    explanation: str = "",
    question: int | None = None,
) -> Question:
    """A new question of a course, or another wording of one; answers handed in keep the old one.

    Raises NotAllowed, Incomplete, Conflict (the question is out of use).
    """
    insist(authority.keeps_courses(by), _VERB)
    course = lock_course(pk)
    text = said(text, "text", _("请写题目。"), 300)
    options = [option.strip()[:200] for option in options if option.strip()]
    if not 2 <= len(options) <= MOST_OPTIONS:
        refuse("options", _("请写 2 到 %(most)s 个选项，一行一个。") % {"most": MOST_OPTIONS})
    if len(set(options)) < len(options):
        refuse("options", _("有两个选项相同。"))
    if not right or not all(0 <= place < len(options) for place in right):
        refuse("options", _("请在正确的选项前面写一个 *。"))
    row = Question(course=course)
    if question is not None:
        row = course.questions.get(pk=question)
        if not row.is_active:
            raise Conflict(_("这道题已经撤下了。"))
    row.text, row.options, row.right = text, options, sorted(set(right))
    row.explanation = explanation.strip()[:300]
    row.save()
    _changed(course)
    tell(course, "course.question", by=by, question=text)
    return row


@transaction.atomic
def drop_question(pk: int, *, by: Any) -> Question:
    """Not asked any more. Raises NotAllowed, Conflict (the last one of a quiz that is needed)."""
    insist(authority.keeps_courses(by), _VERB)
    row = Question.objects.get(pk=pk)
    course = lock_course(row.course_id)
    row.refresh_from_db()
    if not row.is_active:
        raise Conflict(_("这道题已经撤下了。"))
    if course.needs_quiz and course.questions.in_use().count() == 1:
        raise Conflict(_("这门课程要通过测验，至少留一道题。"))
    row.is_active = False
    row.save(update_fields=["is_active"])
    _changed(course)
    tell(course, "course.drop_question", by=by, question=row.text)
    return row


def tries_left(course: Course, person: Person) -> int:
    """How often the person may still try; being at a session, and completing it, begins anew."""
    since = [
        *last_done(course, [person]).values(),
        *Attendance.objects.filter(session__course=course, person=person)
        .order_by("-at")
        .values_list("at", flat=True)[:1],
    ]
    tried = Attempt.objects.filter(course=course, person=person)
    if since:
        tried = tried.filter(at__gt=max(since))
    return max(0, course.tries - tried.count())


def hides_answers(attempt: Attempt, by: Person) -> bool:
    """Is what was right still a secret? As long as the person may try the same questions again; not
    from administrators, who write them, and not from auditors, who answer none."""
    if attempt.passed or authority.keeps_courses(by) or not authority.learns(by):
        return False
    return tries_left(attempt.course, attempt.person) > 0


@transaction.atomic
def submit_quiz(
    pk: int,
    *,
    by: Person,
    quiz_version: int | None,
    answers: Mapping[int, Sequence[int]],
    client_uuid: uuid.UUID | None = None,
) -> Attempt:
    """Hand in answers: places of the chosen options by the question's key. Give the try.

    Passed, and a session attended since the last completion: the course is completed.
    Raises NotAllowed, Incomplete (a question without an answer, at `q<key>`), Conflict (questions
    changed; no try left).
    """
    insist(authority.learns(by), gettext_lazy("参加测验"))
    # The person's row puts two presses at once in order.
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = client_uuid and Attempt.objects.filter(client_uuid=client_uuid, person=by).first()
    if known:
        return known
    course = lock_course(pk)
    questions = list(course.questions.in_use())
    if not questions or not course.is_active:
        raise Conflict(_("这门课程现在没有测验。"))
    if quiz_version != course.quiz_version:
        raise Conflict(_("您答题的时候题目改过了，请看新的题目；没有变的题，您的答案还在。"))
    if tries_left(course, by) < 1:
        raise Conflict(
            _("%(tries)s 次都用完了，请再参加一场培训后重考。") % {"tries": course.tries}
        )
    wanted = {
        f"q{each.pk}": _("这道题还没有答。") for each in questions if not answers.get(each.pk)
    }
    if wanted:
        raise Incomplete(_("还有 %(n)s 道题没有答。") % {"n": len(wanted)}, fields=wanted)
    sheet = [_marked(question, answers[question.pk]) for question in questions]
    score, total, at = sum(each["ok"] for each in sheet), len(sheet), now()
    row = Attempt.objects.create(
        course=course,
        person=by,
        answers=sheet,
        score=score,
        total=total,
        passed=score * 100 >= course.pass_percent * total,
        at=at,
        client_uuid=client_uuid or uuid.uuid4(),
    )
    facts = {"score": score, "total": total, "passed": row.passed}
    tell(course, "course.attempt", by=by, **facts)
    if row.passed and course.needs_quiz:
        _complete_if_attended(course, by, at)
    return row


def _marked(question: Question, given: Sequence[int]) -> dict[str, Any]:
    places = sorted({place for place in given if 0 <= place < len(question.options)})
    return {
        "text": question.text,
        "options": question.options,
        "right": question.right,
        "given": places,
        "ok": places == question.right,
        "explanation": question.explanation,
    }


def _complete_if_attended(course: Course, person: Person, at: Any) -> None:
    held = Attendance.objects.filter(
        person=person, session__course=course, session__state=TrainingSession.State.HELD
    ).exclude(session__in=Completion.objects.filter(person=person).values("session"))
    done = last_done(course, [person]).get(person.pk)
    if done is not None:
        held = held.filter(session__ended_at__gt=done)
    last = held.select_related("session").order_by("-session__ended_at").first()
    if last is not None:
        day = timezone.localdate(at)
        complete(course, [person], session=last.session, on=day, at=at)


def _changed(course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(quiz_version=F("quiz_version") + 1)
