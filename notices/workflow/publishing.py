"""Verbs from the approval on: approve, publish, approve afterwards, end, withdraw."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import workflow as incidents
from incidents.models import Incident
from incidents.workflow.gate import require
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from notices import authority, public
from notices.models import Notice
from notices.workflow.drafting import locked
from notices.workflow.facts import Facts, wrong_next_update, wrong_range
from notices.workflow.words import refuse, wrong_jargon, wrong_words
from plans.models import Grade
from teams.models import Person


@transaction.atomic
def approve(pk: int, *, by: Person, version: int | None = None) -> Notice:
    """A second person approves the words that patients will read; by the grade, as its version of
    the plan has it, somebody of the leading group.

    Raises NotAllowed (also to who wrote them), Conflict when the words have changed since.
    """
    incident, notice = locked(pk)
    at = now()
    moving.move(notice, "approve", by=by, at=at, version=version)
    _record(notice, incident.stream, "approve", by=by, at=at, rule=authority.approval_of(incident))
    return notice


@transaction.atomic
def publish(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    next_update_at: datetime.datetime | None = None,
) -> Notice:
    """Step 5: patients read it from now on, and are promised the next update (plan, row P12).

    `next_update_at` may be set anew: the approval may have taken longer than the promise. The
    notice that was public until now becomes `updated` in the same transaction, the incident's
    verb `notify` arms the clock of the next update.

    Raises NotAllowed, Conflict without approval, where the grade has risen above it, or outside the
    incident's notice track, Incomplete when the promised time is past, or later than the grade
    allows, and when the expected recovery is past by now.
    """
    incident, notice, at = _about_to_publish(pk, by=by, version=version)
    next_update_at = next_update_at or notice.next_update_at
    if "publish" in moving.available(notice, by):
        if not authority.approval_holds(notice):
            raise Conflict(_("级别升高了，这一版要由应急处理领导小组重新批准才能发布。"))
        refuse(_wrong_times(incident, notice, next_update_at, at))
        _take_place_of_published(notice, incident.stream, by=by, at=at)
    moving.move(notice, "publish", by=by, at=at, next_update_at=next_update_at)
    _made_public(incident, notice, by=by, at=at, approved_by=str(notice.approved_by))
    return notice


@transaction.atomic
def publish_urgently(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    reason: str,
    next_update_at: datetime.datetime | None = None,
) -> Notice:
    """Publish a draft at once, to be approved afterwards within the minutes of the grade.

    A clock runs until a second person has approved it (`ratify`) or taken it back; it is told to
    those who may, and again when it has run out. The rules of the words hold as ever.

    Raises as `publish`; Incomplete without a reason; Conflict where the grade has no such path.
    """
    incident, notice, at = _about_to_publish(pk, by=by, version=version)
    reason = require(reason, "reason", _("请写明为什么来不及先批准。"))[:200]
    next_update_at = next_update_at or notice.next_update_at
    grade = authority.grade_of(incident)
    minutes = grade.ratify_minutes if grade is not None else None
    if notice.state == Notice.State.DRAFT and minutes is None:
        raise Conflict(_("按预案，这一级的通知不能先发布后批准。"))
    until = at + incident.minutes(minutes or 0)
    if "publish_urgently" in moving.available(notice, by):
        refuse(_wrong_times(incident, notice, next_update_at, at))
        _take_place_of_published(notice, incident.stream, by=by, at=at)
    moving.move(
        notice,
        "publish_urgently",
        by=by,
        at=at,
        next_update_at=next_update_at,
        reason=reason,
        ratify_by=until,
    )
    rule = authority.approval_of(incident)
    _made_public(incident, notice, by=by, at=at, urgent_reason=reason, ratify_by=until)
    incidents.await_ratification(
        incident.pk, notice=notice.pk, due_at=until, holder=str(Grade.Approval(rule).label)
    )
    _record(
        notice,
        incident.stream,
        "publish_urgently",
        by=by,
        at=at,
        reason=reason,
        rule=rule,
        until=f"{timezone.localtime(until):%H:%M}",
    )
    return notice


@transaction.atomic
def ratify(pk: int, *, by: Person, version: int | None = None) -> Notice:
    """Approve what was published in an emergency, whatever became of it since.

    Who does not stand by it withdraws or corrects it. Raises NotAllowed, also to who wrote it.
    """
    incident, notice = locked(pk)
    at = now()
    late = notice.ratify_by is not None and at > notice.ratify_by
    moving.move(notice, "ratify", by=by, at=at, version=version)
    incidents.settle_ratification(incident.pk, notice=notice.pk)
    _record(
        notice,
        incident.stream,
        "ratify",
        by=by,
        at=at,
        rule=authority.approval_of(incident),
        late=late,
    )
    return notice


def _about_to_publish(
    pk: int, *, by: Person, version: int | None
) -> tuple[Incident, Notice, datetime.datetime]:
    """The locked rows, for somebody who may publish and saw this version."""
    incident, notice = locked(pk)
    if not authority.is_customer_service(notice, by):
        raise NotAllowed(_("您没有「发布通知」的权限。"))
    moving.check_version(notice, version)
    return incident, notice, now()


def _made_public(
    incident: Incident, notice: Notice, *, by: Person, at: datetime.datetime, **told: object
) -> None:
    next_update = f"{timezone.localtime(notice.next_update_at):%H:%M}"
    record(
        incident.stream,
        "notice.publish",
        by=by,
        at=at,
        facts={
            "notice": notice.pk,
            "number": notice.number,
            **Facts.of(notice).told(),
            "told": notice.told.replace("\n", "；"),
            "next_update": next_update,
            **told,
        },
    )
    incidents.notify(
        incident.pk,
        by=by,
        notice=notice.pk,
        next_update_at=notice.next_update_at,
        told={
            "number": notice.number,
            "affected": notice.affected,
            "correction": notice.correction,
            "next_update": next_update,
        },
    )
    transaction.on_commit(public.renew, robust=True)


def _wrong_times(
    incident: Incident,
    notice: Notice,
    next_update_at: datetime.datetime | None,
    at: datetime.datetime,
) -> dict[str, str]:
    """What was honest when it was written may be past by the time it is published."""
    return wrong_next_update(incident, next_update_at, at) | wrong_range(Facts.of(notice), at)


def _take_place_of_published(
    notice: Notice, stream: str, *, by: Person, at: datetime.datetime
) -> None:
    replaced = (
        Notice.objects.select_for_update(of=("self",))
        .filter(incident=notice.incident_id, state=Notice.State.PUBLISHED)
        .first()
    )
    if replaced is not None:
        moving.move(replaced, "update", by=by, at=at)
        _record(
            replaced,
            stream,
            "update",
            by=by,
            at=at,
            by_number=notice.number,
            correction=notice.correction,
        )


@transaction.atomic
def end(pk: int, *, by: Person, version: int | None = None, text: str, text_en: str = "") -> Notice:
    """End the public notice explicitly; `text` tells patients what holds now, `text_en` in English.

    Possible in every state of the incident: what is public must be endable.
    """
    incident, notice = locked(pk)
    text = require(text, "text", _("请写明现在的情况，例如「挂号、缴费已恢复正常」。"))[:200]
    text_en = (text_en or "").strip()
    at = now()
    moving.move(notice, "end", by=by, at=at, version=version, text=text, text_en=text_en)
    english = wrong_words("ended_text_en", text_en).get("ended_text_en")
    refuse(wrong_jargon("text", text) | ({"text_en": english} if english else {}))
    _record(notice, incident.stream, "end", by=by, at=at, text=text, text_en=text_en)
    incidents.conclude_notices(incident.pk)
    transaction.on_commit(public.renew, robust=True)
    return notice


@transaction.atomic
def withdraw(pk: int, *, by: Person, version: int | None = None, reason: str) -> Notice:
    """Take a notice back, with the reason: for who wrote it, and, where patients could read it, for
    them too: in their words, and they read for 24 hours that it does not hold.

    A first notice is owed again then, as long as the service does not work.
    """
    incident, notice = locked(pk)
    reason = require(reason, "reason", _("请写明为什么撤回。"))[:200]
    at = now()
    was_public = notice.was_public
    moving.move(notice, "withdraw", by=by, at=at, version=version, reason=reason)
    if was_public:
        refuse(wrong_jargon("reason", reason))
        incidents.retract_notice(incident.pk, notice=notice.pk)
        if not notice.is_unratified:
            # A second person has looked at it: nothing is left to approve.
            incidents.settle_ratification(incident.pk, notice=notice.pk)
        transaction.on_commit(public.renew, robust=True)
    _record(notice, incident.stream, "withdraw", by=by, at=at, reason=reason, was_public=was_public)
    return notice


def _record(
    notice: Notice, stream: str, verb: str, *, by: Person, at: datetime.datetime, **facts: object
) -> None:
    record(
        stream,
        f"notice.{verb}",
        by=by,
        at=at,
        facts={
            "notice": notice.pk,
            "number": notice.number,
            "affected": notice.affected,
            **facts,
        },
    )
