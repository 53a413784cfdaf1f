"""What verbs of this room share: locks, what is said in the journal, refusals at their field.

Locks are taken in one order: the person, the course, its session.
"""

import datetime
from collections.abc import Iterable
from typing import Any, NoReturn

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from drills.training import covering
from drills.training.models import Course, TrainingSession
from journal.refusals import Incomplete, NotAllowed
from teams.models import Person
from teams.wording import span_words
from teams.workflow.told import tell

# Nobody plans a training farther ahead, or one that lasts longer.
FURTHEST = datetime.timedelta(days=400)
LONGEST = datetime.timedelta(hours=12)


def lock_course(pk: int) -> Course:
    """The course, locked. Raises Course.DoesNotExist."""
    return Course.objects.select_for_update(no_key=True).get(pk=pk)


def lock(pk: int) -> TrainingSession:
    """The session, locked, with its course and trainer. Raises TrainingSession.DoesNotExist."""
    return (
        TrainingSession.objects.select_for_update(of=("self",), no_key=True)
        .select_related("course", "trainer")
        .get(pk=pk)
    )


def refuse(field: str, sentence: str | Promise) -> NoReturn:
    """Raise Incomplete with the sentence at the field."""
    raise Incomplete(sentence, fields={field: sentence})


def said(text: str | None, field: str, sentence: str | Promise, longest: int = 200) -> str:
    """The text without blanks around it. Raises Incomplete where there is none."""
    text = (text or "").strip()
    if not text:
        refuse(field, sentence)
    return text[:longest]


def insist(is_allowed: bool, verb: str | Promise) -> None:
    if not is_allowed:
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": verb})


def tell_session(row: TrainingSession, event: str, *, by: Any, **facts: Any) -> None:
    """Record what was done with a session in its own stream, with what, when and where it is."""
    when = {"course": row.course.name, "when": span_words(row.starts_at, row.ends_at)}
    tell(row, event, by=by, **when, place=row.place, **facts)


def still_to_be_trained(people: Iterable[Person]) -> list[Person]:
    """These people, each once, without those whom nobody trains."""
    keys = {person.pk for person in people}
    return list(covering.staff().filter(pk__in=keys).order_by("pk"))


def check_times(
    starts_at: datetime.datetime | None, ends_at: datetime.datetime | None, at: datetime.datetime
) -> None:
    """Raise Incomplete with a sentence at each moment that cannot be meant."""
    found: dict[str, str] = {}
    if starts_at is None:
        found["starts_at"] = _("请写明什么时候开始。")
    elif starts_at <= at:
        found["starts_at"] = _("开始时间已经过了。")
    elif starts_at > at + FURTHEST:
        found["starts_at"] = _("开始时间太远了，请核对。")
    if ends_at is None:
        found["ends_at"] = _("请写明什么时候结束。")
    elif starts_at is not None and ends_at <= starts_at:
        found["ends_at"] = _("结束时间要晚于开始时间。")
    elif starts_at is not None and ends_at > starts_at + LONGEST:
        found["ends_at"] = _("一场培训最长 12 小时，请分几场安排。")
    if found:
        raise Incomplete(next(iter(found.values())), fields=found)


def clock(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"
