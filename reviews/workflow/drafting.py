"""Verbs of the draft: the meeting, the findings, the measures (plan, rows P15–P17)."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.workflow.gate import require
from journal.recording import now
from journal.refusals import Conflict, Incomplete
from reviews.models import ActionItem, Cause, Review
from reviews.workflow.gate import insist_day_to_come, lock, move
from reviews.workflow.meeting import attend
from teams.models import Department, Person


@transaction.atomic
def open_review(incident_pk: int) -> Review:
    """Begin the review of a cleaned-up incident; the one that is there already is given again."""
    return lock(incident_pk)


@transaction.atomic
def record_meeting(
    incident_pk: int,
    *,
    by: Person,
    version: int | None = None,
    meeting_at: datetime.datetime,
    place: str = "",
    chair: Person | None = None,
    attendees: Iterable[Person] = (),
    other_attendees: str = "",
) -> Review:
    """The review meeting: when, where, led by whom, who was there (plan, row P15).

    `other_attendees` are names of people without an account, parted by 、 or commas.
    """
    review = lock(incident_pk)
    attendees = list(attendees)
    if chair is not None and chair not in attendees:
        attendees.insert(0, chair)
    at = now()
    move(
        review,
        "record_meeting",
        by=by,
        at=at,
        version=version,
        told={
            "meeting_at": meeting_at,
            "when": f"{timezone.localtime(meeting_at):%Y-%m-%d %H:%M}",
            "place": place.strip(),
            "chair": str(chair) if chair else "",
            "attendees": [str(person) for person in attendees],
            "other_attendees": other_attendees.strip(),
        },
        meeting_at=meeting_at,
        meeting_place=place.strip(),
        chair=chair,
        other_attendees=other_attendees.strip(),
        meeting_cancelled_at=None,
    )
    # People write times to the minute.
    if meeting_at < review.incident.reported_at.replace(second=0, microsecond=0):
        sentence = _("会议时间早于故障报告时间。")
        raise Incomplete(sentence, fields={"meeting_at": sentence})
    attend(review, attendees, by=by, at=at)
    return review


@transaction.atomic
def record_findings(
    incident_pk: int,
    *,
    by: Person,
    version: int | None = None,
    root_cause: str = "",
    root_cause_text: str = "",
    contributing_factors: str = "",
    what_went_well: str = "",
    shortcomings: str = "",
    process_evaluation: str = "",
) -> Review:
    """Root cause, factors and evaluation (plan, rows P16 and P17). A draft may be unfinished."""
    review = lock(incident_pk)
    if root_cause and root_cause not in Cause.values:
        sentence = _("请选择根本原因的类别。")
        raise Incomplete(sentence, fields={"root_cause": sentence})
    facts = {
        "root_cause": root_cause,
        "root_cause_text": root_cause_text.strip(),
        "contributing_factors": contributing_factors.strip(),
        "what_went_well": what_went_well.strip(),
        "shortcomings": shortcomings.strip(),
        "process_evaluation": process_evaluation.strip(),
    }
    cause = Cause(root_cause).label if root_cause else ""
    move(
        review,
        "record_findings",
        by=by,
        at=now(),
        version=version,
        told={"cause": cause, **facts},
        **facts,
    )
    return review


@transaction.atomic
def add_action(
    incident_pk: int,
    *,
    by: Person,
    version: int | None = None,
    kind: str,
    measure: str,
    department: Department,
    person: Person | None = None,
    due_on: datetime.date,
    client_uuid: uuid.UUID | None = None,
) -> ActionItem:
    """Add a measure with its owner and the day by which it is done (plan, row P17).

    Sent twice with the same `client_uuid`, it is one; that of another review's is a Conflict.
    """
    review = lock(incident_pk)
    if client_uuid is not None:
        same = review.actions.filter(client_uuid=client_uuid).first()
        if same is not None:
            return same
    measure = require(measure, "measure", _("请写明整改措施。"))
    if kind not in ActionItem.Kind.values:
        sentence = _("请选择整改类别。")
        raise Incomplete(sentence, fields={"kind": sentence})
    at = now()
    insist_day_to_come(due_on, at)
    if person is not None and person.department_id != department.pk:
        sentence = _("%(who)s不在%(where)s。") % {"who": person, "where": department}
        raise Incomplete(sentence, fields={"person": sentence})
    action = ActionItem(
        review=review,
        kind=kind,
        measure=measure,
        department=department,
        person=person,
        due_on=due_on,
        client_uuid=client_uuid,
    )
    move(review, "add_action", by=by, at=at, version=version, told=_told(action))
    try:
        action.save()
    except IntegrityError as error:
        raise Conflict(_("这张表已经在别的评估里提交过，请刷新页面再填一次。")) from error
    return action


@transaction.atomic
def remove_action(
    incident_pk: int, *, by: Person, version: int | None = None, action: int
) -> Review:
    """Take a measure out of the draft; the journal keeps what it said."""
    review = lock(incident_pk)
    item = (
        ActionItem.objects.select_related("department", "person")
        .filter(review=review, pk=action)
        .first()
    )
    if item is None:
        raise Conflict(_("这个整改项已经删除。"))
    move(review, "remove_action", by=by, at=now(), version=version, told=_told(item))
    item.delete()
    return review


@transaction.atomic
def decline_actions(
    incident_pk: int, *, by: Person, version: int | None = None, reason: str
) -> Review:
    """No measure is needed, and why (domain, section 2: «or 'none' with reason»)."""
    review = lock(incident_pk)
    reason = require(reason, "reason", _("请写明为什么无需整改。"))
    at = now()
    told = {"reason": reason}
    move(review, "decline_actions", by=by, at=at, version=version, told=told, reason=reason)
    if review.actions.exists():
        raise Conflict(_("已经有整改项，请先删除它们。"))
    return review


def _told(action: ActionItem) -> dict[str, Any]:
    return {
        "kind": ActionItem.Kind(action.kind).label,
        "measure": action.measure,
        "owner": action.owner,
        "due_on": action.due_on.isoformat(),
    }
