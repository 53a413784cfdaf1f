"""Verbs of the review: submit, comment, answer, sign, send back (row P5)."""

import datetime
from itertools import takewhile

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import authority, content, form, publication
from plans.models import Comment, PlanVersion, Signature
from plans.names import Directory
from plans.resolving import Today
from plans.workflow.gate import lock, move, require, unfit
from teams.models import Membership, Person, ResponseGroup


@transaction.atomic
def submit(number: int, *, by: Person, version: int | None = None) -> PlanVersion:
    """The draft stands still, and everyone concerned may comment. Demands what is new in words.

    The whole version is checked once more: people and groups in it may have left meanwhile.
    """
    plan = lock(number)
    at = now()
    if not plan.reason and plan.is_draft and authority.administers(plan, by):
        sentence = _("请先写明改了什么、为什么改。")
        raise Incomplete(sentence, fields={"reason": sentence})
    move(
        plan,
        "submit",
        by=by,
        at=at,
        version=version,
        digest=content.digest(plan),
        told={"reason": plan.reason, "round": plan.round + 1},
    )
    try:
        form.fit(content.read(plan), Directory())
    except form.Unfit as error:
        raise unfit(error) from error
    return plan


@transaction.atomic
def comment(number: int, *, by: Person, text: str, clause: str = "", about: str = "") -> Comment:
    """Somebody says what they think of a clause while the version is under review."""
    plan = lock(number)
    text = require(text, "text", _("请写下您的意见。"))
    said = {"round": plan.round, "clause": clause, "about": about[:120], "text": text, "by": by}
    same = plan.comments.open().filter(**said).first()
    if same is not None:
        # The same press of the button, sent twice.
        return same
    at = now()
    # Comments do not wait for one another: whoever reads the page may say something.
    move(plan, "comment", by=by, at=at, told={"about": about, "text": text})
    return Comment.objects.create(plan=plan, at=at, **said)


@transaction.atomic
def resolve(pk: int, *, by: Person, is_adopted: bool, answer: str = "") -> Comment:
    """Answer a comment: adopted, or why not."""
    plan = lock(Comment.objects.values_list("plan__number", flat=True).get(pk=pk))
    found = Comment.objects.select_for_update().select_related("by").get(pk=pk)
    answer = answer.strip()
    if not is_adopted:
        require(answer, "answer", _("不采纳时请写明理由。"))
    at = now()
    move(
        plan,
        "resolve",
        by=by,
        at=at,
        told={
            "about": found.about,
            "text": found.text,
            "said_by": str(found.by),
            "adopted": is_adopted,
            "answer": answer,
        },
    )
    if found.resolved_at is not None:
        raise Conflict(_("这条意见已经有人答复。"))
    found.is_adopted, found.answer = is_adopted, answer
    found.resolved_by, found.resolved_at = by, at
    found.save()
    return found


@transaction.atomic
def sign(number: int, *, by: Person, version: int | None = None, remark: str = "") -> Signature:
    """Head or deputy of the leading group agrees with exactly this content.

    The last signature that is needed, the head's or acting head's among them, approves the version.
    Who drafted it does not sign it.
    """
    plan = lock(number)
    at = now()
    if plan.drafted_by_id == by.pk and authority.signs(plan, by):
        raise NotAllowed(_("您起草了这一版，请由领导小组其他人签字。"))
    part, why = _standing(by, at)
    move(
        plan,
        "sign",
        by=by,
        at=at,
        version=version,
        told={"as": part, "for": str(Signature.Part(part).label), "remark": remark.strip()},
    )
    publication.insist(publication.SIGN, plan)
    signed = publication.signatures_of(plan)
    if any(signature.person_id == by.pk for signature in signed):
        raise Conflict(_("您已经签过字。"))
    signature = Signature.objects.create(
        plan=plan,
        round=plan.round,
        person=by,
        part=part,
        part_reason=why,
        hash=plan.signed_hash,
        remark=remark.strip(),
        at=at,
    )
    signed.append(signature)
    if publication.is_approved_by(plan, signed):
        names = [str(found.person) for found in signed]
        move(plan, "approve", by=None, at=at, told={"signed_by": names, "digest": plan.signed_hash})
    return signature


def _standing(by: Person, at: datetime.datetime) -> tuple[str, str]:
    """As what the person signs, and why when they sign in the head's place.

    The first deputy who is there stands in for a head on leave. 行政总值班, who leads incidents at
    night, does not: a plan can wait for the morning.
    """
    order = Membership.objects.filter(
        group__kind=ResponseGroup.Kind.LEADING,
        part__in=[Membership.Part.HEAD, Membership.Part.DEPUTY],
        person__is_active=True,
    ).select_related("person")
    leaders = [membership.person for membership in order]
    if by.in_group(ResponseGroup.Kind.LEADING, Membership.Part.HEAD):
        return Signature.Part.HEAD, ""
    away = Today().away([person.pk for person in leaders], at)
    absent = list(takewhile(lambda person: person.pk in away, leaders))
    first = next((person for person in leaders if person.pk not in away), None)
    if first is not None and first.pk == by.pk:
        names = "、".join(map(str, absent))
        why = _("%(names)s请假") % {"names": names} if names else _("组长空缺")
        return Signature.Part.ACTING_HEAD, why[:200]
    return Signature.Part.DEPUTY, ""


@transaction.atomic
def withdraw(number: int, *, by: Person, reason: str, version: int | None = None) -> PlanVersion:
    """Back to the draft: the administrators take it back, or the leading group sends it back."""
    plan = lock(number)
    reason = require(reason, "reason", _("请写明为什么退回。"))
    return move(plan, "withdraw", by=by, at=now(), version=version, told={"reason": reason})
