"""Verbs that end a session: held, with what everybody completed by it; or cancelled."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from drills.training import authority
from drills.training.models import TrainingSession
from drills.training.workflow.completing import complete, who_passed
from drills.training.workflow.gate import insist, lock, lock_course, said, tell_session
from journal import moving
from journal.recording import now
from journal.refusals import Conflict
from teams.models import Person


@transaction.atomic
def hold_session(
    pk: int, *, by: Person | None, version: int | None = None, remark: str = ""
) -> TrainingSession:
    """The session was held: nobody signs in any more, and who was there has completed the course.

    Raises NotAllowed, Conflict (not begun; nobody was there).
    """
    # The course first, as its quiz does: who passes at this moment is either seen here as passed or
    # sees the session as held.
    lock_course(TrainingSession.objects.values_list("course_id", flat=True).get(pk=pk))
    row = lock(pk)
    at = now()
    insist(moving.may(row, "hold", by), moving.label_of(row, "hold"))
    if row.state == TrainingSession.State.PLANNED:
        if at < row.starts_at:
            raise Conflict(_("还没有到开始时间，不能结束。"))
        if not row.attendances.exists():
            raise Conflict(_("没有人签到。没有举行就取消这场培训；有人到场就先补登。"))
    facts: dict[str, Any] = {"remark": remark.strip()[:300]}
    moving.move(row, "hold", by=by, at=at, version=version, **facts)
    present = list(row.attendances.select_related("person").order_by("pk"))
    day = timezone.localdate(row.starts_at)
    people = [each.person for each in present]
    if row.course.needs_quiz:
        # The others complete the course when they pass the quiz.
        people = who_passed(row.course, people)
    made = complete(row.course, people, session=row, on=day, at=at)
    tell_session(
        row,
        "training.hold",
        by=by,
        present=len(present),
        completed=[each.person_id for each in made],
        **facts,
    )
    return row


@transaction.atomic
def cancel_session(
    pk: int, *, by: Person, version: int | None = None, reason: str
) -> TrainingSession:
    """It will not be held; everybody invited is told why.

    Raises NotAllowed, Conflict (somebody was there already), Incomplete.
    """
    row = lock(pk)
    insist(authority.runs(row, by), moving.label_of(row, "cancel"))
    reason = said(reason, "reason", _("请写明为什么取消。"))
    if row.state == TrainingSession.State.PLANNED and row.attendances.exists():
        raise Conflict(_("已经有人签到，不能取消；请结束培训。"))
    moving.move(row, "cancel", by=by, at=now(), version=version, reason=reason)
    tell_session(row, "training.cancel", by=by, reason=reason)
    return row
