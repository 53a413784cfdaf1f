"""Verbs from the approval on: approve, publish, end, withdraw."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import workflow as incidents
from incidents.workflow.gate import require
from journal import moving
from journal.recording import now, record
from journal.refusals import NotAllowed
from notices import authority, public
from notices.models import Notice
from notices.workflow.drafting import locked
from notices.workflow.facts import Facts, refuse, wrong_jargon, wrong_next_update
from teams.models import Person


@transaction.atomic
def approve(pk: int, *, by: Person, version: int | None = None) -> Notice:
    """A second person approves the words that patients will read.

    Raises NotAllowed (also to who wrote them), Conflict when the words have changed since.
    """
    incident, notice = locked(pk)
    at = now()
    moving.move(notice, "approve", by=by, at=at, version=version)
    _record(notice, incident.stream, "approve", by=by, at=at)
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

    Raises NotAllowed, Conflict without approval or outside the incident's notice track, Incomplete
    when the promised time is past, or later than the grade allows.
    """
    incident, notice = locked(pk)
    if not authority.is_customer_service(notice, by):
        raise NotAllowed(_("您没有「发布通知」的权限。"))
    moving.check_version(notice, version)
    at = now()
    next_update_at = next_update_at or notice.next_update_at
    if "publish" in moving.available(notice, by):
        refuse(wrong_next_update(incident, next_update_at, at))
        _take_place_of_published(notice, incident.stream, by=by, at=at)
    moving.move(notice, "publish", by=by, at=at, next_update_at=next_update_at)
    record(
        incident.stream,
        "notice.publish",
        by=by,
        at=at,
        facts={
            "notice": notice.pk,
            "number": notice.number,
            "approved_by": str(notice.approved_by),
            **Facts.of(notice).told(),
            "told": notice.told.replace("\n", "；"),
            "next_update": f"{timezone.localtime(next_update_at):%H:%M}",
        },
    )
    incidents.notify(
        incident.pk,
        by=by,
        notice=notice.pk,
        next_update_at=next_update_at,
        told={
            "number": notice.number,
            "affected": notice.affected,
            "next_update": f"{timezone.localtime(next_update_at):%H:%M}",
        },
    )
    transaction.on_commit(public.renew, robust=True)
    return notice


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
        _record(replaced, stream, "update", by=by, at=at, by_number=notice.number)


@transaction.atomic
def end(pk: int, *, by: Person, version: int | None = None, text: str) -> Notice:
    """End the public notice explicitly; `text` tells patients what holds now.

    Possible in every state of the incident: what is public must be endable.
    """
    incident, notice = locked(pk)
    text = require(text, "text", _("请写明现在的情况，例如「挂号、缴费已恢复正常」。"))[:200]
    at = now()
    moving.move(notice, "end", by=by, at=at, version=version, text=text)
    refuse(wrong_jargon("text", text))
    _record(notice, incident.stream, "end", by=by, at=at, text=text)
    incidents.conclude_notices(incident.pk)
    transaction.on_commit(public.renew, robust=True)
    return notice


@transaction.atomic
def withdraw(pk: int, *, by: Person, version: int | None = None, reason: str) -> Notice:
    """Take back what was never public; the reason is kept for who wrote it."""
    incident, notice = locked(pk)
    reason = require(reason, "reason", _("请写明为什么撤回。"))[:200]
    at = now()
    moving.move(notice, "withdraw", by=by, at=at, version=version, reason=reason)
    _record(notice, incident.stream, "withdraw", by=by, at=at, reason=reason)
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
