"""Verbs of sessions: arrange, move, invite, and what the invited answer."""

import datetime
import uuid
from collections.abc import Iterable
from types import EllipsisType

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.training import authority
from drills.training.models import Course, Invitation, TrainingSession
from drills.training.workflow.gate import (
    check_times,
    insist,
    lock,
    lock_course,
    refuse,
    said,
    still_to_be_trained,
    tell_session,
)
from journal import moving
from journal.recording import now
from journal.refusals import Conflict, NotAllowed
from reviews.models import ActionItem
from teams.models import Person
from teams.wording import span_words

Answer = Invitation.Answer


@transaction.atomic
def plan_session(
    *,
    by: Person,
    course: Course,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    trainer: Person,
    capacity: int | None = None,
    action: ActionItem | None = None,
    client_uuid: uuid.UUID | None = None,
) -> TrainingSession:
    """Arrange a session of a course; give it. Sent twice with the same mark, it is arranged once.
    `action`: the measure of a review that it is held for.

    Raises NotAllowed, Incomplete, Conflict.
    """
    insist(authority.arranges(None, by), gettext_lazy("安排培训"))
    # The course's lock also puts the same form, sent twice at once, in order.
    course = lock_course(course.pk)
    known = client_uuid and TrainingSession.objects.filter(client_uuid=client_uuid).first()
    if known:
        if known.planned_by_id != by.pk:
            raise Conflict(_("这个提交标识已被使用，请刷新页面后重新提交。"))
        return known
    if not course.is_active:
        refuse("course", _("这门课程已经停用。"))
    at = now()
    check_times(starts_at, ends_at, at)
    row = TrainingSession(
        course=course,
        starts_at=starts_at,
        ends_at=ends_at,
        place=said(place, "place", _("请写明在哪里培训。"), 120),
        trainer=_trainer(trainer),
        capacity=_room(capacity, 0),
        action=action,
        planned_by=by,
        planned_at=at,
        client_uuid=client_uuid or uuid.uuid4(),
    )
    row.save(force_insert=True)
    tell_session(row, "training.plan", by=by, trainer=str(row.trainer))
    return row


@transaction.atomic
def move_session(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    trainer: Person | None = None,
    capacity: int | EllipsisType | None = ...,
    reason: str = "",
) -> TrainingSession:
    """Another time, place, trainer or room; everybody invited is told. Answers to another time
    are asked for anew. A trainer or a room left out stays; `capacity=None` takes the limit away.

    Raises NotAllowed, Conflict, Incomplete.
    """
    row = lock(pk)
    at = now()
    insist(moving.may(row, "move", by), moving.label_of(row, "move"))
    if row.attendances.exists():
        raise Conflict(_("已经有人签到，不能再改期。"))
    check_times(starts_at, ends_at, at)
    facts = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": said(place, "place", _("请写明在哪里培训。"), 120),
        "trainer": _trainer(trainer or row.trainer),
        "capacity": _room(row.capacity if capacity is ... else capacity, _taken(row)),
    }
    before = span_words(row.starts_at, row.ends_at)
    other_time = (row.starts_at, row.ends_at) != (starts_at, ends_at)
    if all(getattr(row, name) == value for name, value in facts.items()):
        refuse("starts_at", _("时间、地点、讲师和名额都没有变。"))
    moving.move(row, "move", by=by, at=at, version=version, **facts)
    if other_time:
        row.invitations.exclude(answer=Answer.NONE).update(
            answer=Answer.NONE, answered_at=None, reason=""
        )
    tell_session(
        row,
        "training.move",
        by=by,
        before=before if other_time else "",
        trainer=str(row.trainer),
        reason=reason.strip()[:200],
    )
    return row


@transaction.atomic
def invite(
    pk: int, *, by: Person, version: int | None = None, people: Iterable[Person]
) -> TrainingSession:
    """Ask these people to come, each once; who is invited already stays so.

    Raises NotAllowed, Conflict (moved on; no room for all), Incomplete (nobody new).
    """
    row = lock(pk)
    at = now()
    insist(moving.may(row, "invite", by), moving.label_of(row, "invite"))
    known = set(row.invitations.values_list("person", flat=True))
    new = [person for person in still_to_be_trained(people) if person.pk not in known]
    if not new:
        refuse("people", _("请至少选一位还没有被邀请的人。"))
    taken = _taken(row)
    if row.capacity is not None and taken + len(new) > row.capacity:
        left = max(0, row.capacity - taken)
        raise Conflict(
            _("只剩 %(left)s 个名额，您选了 %(chosen)s 人。") % {"left": left, "chosen": len(new)}
        )
    moving.move(row, "invite", by=by, at=at, version=version)
    Invitation.objects.bulk_create(
        [Invitation(session=row, person=person, at=at) for person in new]
    )
    tell_session(
        row,
        "training.invite",
        by=by,
        people=[person.pk for person in new],
        names=[person.name for person in new],
    )
    return row


@transaction.atomic
def answer_invitation(pk: int, *, by: Person, coming: bool, reason: str = "") -> Invitation:
    """The invited person says that they come, or why they cannot. Later words count.

    Raises NotAllowed (not invited), Conflict (no longer planned; no room left), Incomplete.
    """
    row = lock(pk)
    invitation = row.invitations.filter(person=by).first()
    if invitation is None or not authority.learns(by):
        raise NotAllowed(_("只有被邀请的人答复。"))
    if row.state != TrainingSession.State.PLANNED:
        raise Conflict(
            _("这场培训现在是「%(state)s」，不用再答复。") % {"state": row.get_state_display()}
        )
    reason = "" if coming else said(reason, "reason", _("请写明为什么不能参加。"))
    answer = Answer.COMING if coming else Answer.DECLINED
    if (invitation.answer, invitation.reason) == (answer, reason):
        return invitation
    takes_room = coming and invitation.answer == Answer.DECLINED
    if takes_room and row.capacity is not None and _taken(row) >= row.capacity:
        raise Conflict(_("名额已经满了，请联系讲师或换一场。"))
    invitation.answer, invitation.reason, invitation.answered_at = answer, reason, now()
    invitation.save(update_fields=["answer", "reason", "answered_at"])
    event = "training.accept" if coming else "training.decline"
    tell_session(row, event, by=by, reason=reason)
    return invitation


def _taken(row: TrainingSession) -> int:
    """How many places are given away."""
    return row.invitations.exclude(answer=Answer.DECLINED).count()


def _trainer(trainer: Person | None) -> Person:
    if trainer is None or not trainer.is_active or trainer.only_reads:
        refuse("trainer", _("请选择一位在岗的讲师。"))
    return trainer


def _room(capacity: int | None, taken: int) -> int | None:
    if capacity is not None and not 1 <= capacity <= 5000:
        refuse("capacity", _("名额请填 1 到 5000；不限就不填。"))
    if capacity is not None and capacity < taken:
        refuse("capacity", _("已经邀请了 %(taken)s 人，名额不能比这少。") % {"taken": taken})
    return capacity
