"""Verbs of being in force: publish at once or on a day, take effect, roll back, discard."""

import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import authority, content, publication
from plans.models import PlanVersion
from plans.names import Directory
from plans.workflow.gate import begin, give_way, lock, move, require
from teams.models import Person

# A day further off than this is a slip of the hand, and so is one that has passed.
_FARTHEST = datetime.timedelta(days=366)
_PASSED = datetime.timedelta(minutes=10)


@transaction.atomic
def publish(
    number: int,
    *,
    by: Person,
    version: int | None = None,
    effective_at: datetime.datetime | None = None,
) -> PlanVersion:
    """Put an approved version in force: at once, or at the moment `effective_at` to come.

    Open incidents stay on the version they began with. Raises `Conflict` where another version
    already waits for its day, `Incomplete` for a moment long past or more than a year ahead.
    """
    plan = lock(number)
    at = now()
    if effective_at is not None and effective_at < at - _PASSED:
        sentence = _("这个时间已经过去。要立即生效，请把这一格空着。")
        raise Incomplete(sentence, fields={"effective_at": sentence})
    if effective_at is not None and effective_at > at:
        if effective_at > at + _FARTHEST:
            sentence = _("生效时间最远在一年之内。")
            raise Incomplete(sentence, fields={"effective_at": sentence})
        waiting = PlanVersion.objects.filter(status=PlanVersion.Status.SCHEDULED).first()
        if waiting is not None and waiting.pk != plan.pk:
            raise Conflict(
                _("第 %(number)s 版已定期生效，请先退回或等它生效。") % {"number": waiting.number}
            )
        move(
            plan,
            "schedule",
            by=by,
            at=at,
            version=version,
            effective_at=effective_at,
            told={"effective_at": effective_at},
        )
        publication.insist(publication.PUBLISH, plan)
        return plan
    give_way(at, to=plan)
    move(plan, "publish", by=by, at=at, version=version)
    publication.insist(publication.PUBLISH, plan)
    return plan


@transaction.atomic
def take_effect() -> int:
    """Put the version in force whose day has come; give how many (none or one).

    Safe to run twice and side by side: a version that somebody holds is left to the next look.
    """
    plan = (
        PlanVersion.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(status=PlanVersion.Status.SCHEDULED, effective_at__lte=Now())
        .first()
    )
    if plan is None:
        return 0
    at = now()
    give_way(at, to=plan)
    move(plan, "take_effect", by=None, at=at, told={"effective_at": plan.effective_at})
    return 1


@transaction.atomic
def roll_back(to: int, *, by: Person, reason: str, in_force: int | None = None) -> PlanVersion:
    """Publish an older version anew: its content, under a new number, in force at once.

    The older one was in force, so it was approved before; that is why nobody signs again.
    `in_force` is the number that the person saw in force: another one now is a Conflict.
    """
    if not authority.administers(None, by):
        raise NotAllowed(_("您没有「恢复旧版」的权限。"))
    reason = require(reason, "reason", _("请写明为什么恢复旧版。"))
    older = PlanVersion.objects.get(number=to)
    if older.status != PlanVersion.Status.REPLACED:
        raise Conflict(_("只能恢复曾经生效、已被替换的版本。"))
    at = now()
    plan = begin(
        content.read(older),
        Directory(active=False),
        by=by,
        at=at,
        based_on=older,
        reason=reason,
        is_example=older.is_example,
    )
    before = give_way(at, to=plan)
    if in_force is not None and (before is None or before.number != in_force):
        raise Conflict(_("您打开页面之后，现行版本已经换了。请看最新情况再决定。"))
    plan.published_by = by
    moving.move(plan, "adopt", by=None, at=at)
    record(
        plan.stream,
        "plan.roll_back",
        by=by,
        at=at,
        facts={
            "number": plan.number,
            "title": plan.title,
            "to_number": to,
            "replaced": before and before.number,
            "reason": reason,
        },
    )
    return plan


@transaction.atomic
def discard(number: int, *, by: Person, reason: str, version: int | None = None) -> PlanVersion:
    """Give a version up before it was in force. It stays readable."""
    plan = lock(number)
    reason = require(reason, "reason", _("请写明为什么作废。"))
    return move(plan, "discard", by=by, at=now(), version=version, told={"reason": reason})
