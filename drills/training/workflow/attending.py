"""Verbs of attendance: signing in with the code on the wall; the trainer's entries by hand."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.training import authority
from drills.training.models import Attendance, TrainingSession
from drills.training.workflow.gate import clock, insist, lock, refuse, said, tell_session
from journal import moving
from journal.recording import now
from journal.refusals import Conflict
from teams.models import Person

Way = Attendance.Way
# So long before it begins people come in; so long after its end the code may still be shown.
EARLIEST = datetime.timedelta(hours=1)
LATEST = datetime.timedelta(hours=4)


def is_open(row: TrainingSession, at: datetime.datetime) -> bool:
    """May people sign in at this moment?"""
    return (
        row.state == TrainingSession.State.PLANNED
        and row.starts_at - EARLIEST <= at <= row.ends_at + LATEST
    )


@transaction.atomic
def sign_in(pk: int, *, by: Person) -> Attendance:
    """Sign in oneself; the door has looked at the code. Nobody signs in twice.

    Raises NotAllowed, Conflict (not open now; signed in already).
    """
    insist(authority.learns(by), gettext_lazy("培训签到"))
    row = lock(pk)
    at = now()
    if not is_open(row, at):
        raise Conflict(_("现在不能签到：开始前一小时起，到讲师结束培训为止。"))
    _refuse_twice(row, by)
    made = Attendance.objects.create(session=row, person=by, way=Way.CODE, at=at, by=by)
    tell_session(row, "training.sign_in", by=by)
    return made


@transaction.atomic
def note_attendance(
    pk: int, *, by: Person, version: int | None = None, person: Person, reason: str
) -> TrainingSession:
    """The trainer enters somebody who was there and could not sign in, and says why.

    Raises NotAllowed, Conflict, Incomplete.
    """
    row = lock(pk)
    at = now()
    insist(moving.may(row, "note", by), moving.label_of(row, "note"))
    reason = said(reason, "reason", _("请写明为什么补登，例如「没带手机」。"))
    if at < row.starts_at - EARLIEST:
        raise Conflict(_("开始前一小时起才能登记签到。"))
    if not person.is_active or person.only_reads:
        refuse("person", _("请选择一位在岗的同事。"))
    _refuse_twice(row, person)
    moving.move(row, "note", by=by, at=at, version=version)
    Attendance.objects.create(session=row, person=person, way=Way.HAND, at=at, by=by, reason=reason)
    tell_session(row, "training.note", by=by, person=person.pk, name=person.name, reason=reason)
    return row


@transaction.atomic
def remove_attendance(
    pk: int, *, by: Person, version: int | None = None, person: Person, reason: str
) -> TrainingSession:
    """The trainer takes out somebody who was not there, and says why.

    Raises NotAllowed, Conflict, Incomplete.
    """
    row = lock(pk)
    at = now()
    insist(moving.may(row, "note", by), moving.label_of(row, "note"))
    reason = said(reason, "reason", _("请写明为什么取消签到。"))
    gone = row.attendances.filter(person=person).first()
    if gone is None:
        raise Conflict(_("%(name)s没有签到。") % {"name": person.name})
    moving.move(row, "note", by=by, at=at, version=version)
    gone.delete()
    tell_session(row, "training.strike", by=by, person=person.pk, name=person.name, reason=reason)
    return row


def _refuse_twice(row: TrainingSession, person: Person) -> None:
    known = row.attendances.filter(person=person).first()
    if known is not None:
        raise Conflict(
            _("%(name)s在 %(at)s 已经签到了，不用再签。")
            % {"name": person.name, "at": clock(known.at)}
        )
