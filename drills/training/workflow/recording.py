"""What lies behind: trainings held before, entered from paper; completions taken back."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.training import authority
from drills.training.models import Attendance, Completion, Course, TrainingSession
from drills.training.workflow.completing import complete
from drills.training.workflow.gate import (
    insist,
    lock_course,
    refuse,
    said,
    still_to_be_trained,
    tell_session,
)
from journal.recording import now
from journal.refusals import Conflict
from teams.models import Person
from teams.workflow.told import tell


@transaction.atomic
def enter_past(
    *,
    by: Person,
    course: Course,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    trainer: Person,
    people: Iterable[Person],
    reason: str,
    client_uuid: uuid.UUID | None = None,
) -> TrainingSession:
    """A training that was held without this product, from its list on paper; give its session.

    Completions count from its day. Raises NotAllowed, Incomplete, Conflict.
    """
    insist(authority.keeps_courses(by), gettext_lazy("补录以前的培训"))
    course = lock_course(course.pk)
    known = client_uuid and TrainingSession.objects.filter(client_uuid=client_uuid).first()
    if known:
        return known
    at = now()
    reason = said(reason, "reason", _("请写明依据，例如「纸质签到表」。"))
    if starts_at >= at:
        refuse("starts_at", _("这里补录已经举行的培训；以后的请「安排培训」。"))
    if ends_at <= starts_at:
        refuse("ends_at", _("结束时间要晚于开始时间。"))
    if ends_at > at:
        refuse("ends_at", _("这场培训还没有结束。"))
    present = still_to_be_trained(people)
    if not present:
        refuse("people", _("请至少选一位到场的人。"))
    row = TrainingSession(
        course=course,
        state=TrainingSession.State.HELD,
        starts_at=starts_at,
        ends_at=ends_at,
        place=said(place, "place", _("请写明在哪里培训。"), 120),
        trainer=trainer,
        planned_by=by,
        planned_at=at,
        ended_at=at,
        ended_by=by,
        remark=reason,
        client_uuid=client_uuid or uuid.uuid4(),
    )
    row.save(force_insert=True)
    Attendance.objects.bulk_create(
        [
            Attendance(session=row, person=each, way="hand", at=starts_at, by=by, reason=reason)
            for each in present
        ]
    )
    day = timezone.localdate(starts_at)
    complete(course, present, session=row, on=day, at=at)
    names = [each.name for each in present]
    tell_session(row, "training.enter", by=by, reason=reason, present=len(names), names=names)
    return row


@transaction.atomic
def revoke(pk: int, *, by: Person, reason: str) -> Completion:
    """Take back a completion that should not be there; its certificate is no longer good.

    Raises NotAllowed, Conflict (taken back already), Incomplete, Completion.DoesNotExist.
    """
    insist(authority.keeps_courses(by), gettext_lazy("撤销完成记录"))
    row = (
        Completion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("course", "person")
        .get(pk=pk)
    )
    reason = said(reason, "reason", _("请写明为什么撤销。"))
    if row.revoked_at is not None:
        raise Conflict(_("这条记录已经撤销了。"))
    row.revoked_at, row.revoked_by, row.revoke_reason = now(), by, reason
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    facts = {"number": row.number, "person": row.person_id, "name": row.person.name}
    tell(row.course, "training.revoke", by=by, reason=reason, **facts)
    return row
