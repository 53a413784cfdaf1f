"""Verbs of temporary replacement (临时替换): for a time these people, then the rota again."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import conflicts
from teams import duty_authority as authority
from teams.compiling import Substitute
from teams.models import Person, Replacement, ReplacementMember, Roster
from teams.workflow.calendar import lock_duty, recompile
from teams.workflow.leave import check_span, span_words

Moment = datetime.datetime


@transaction.atomic
def replace_people(
    roster_pk: int,
    *,
    by: Person,
    people: Sequence[Person],
    starts_at: Moment,
    ends_at: Moment,
    reason: str,
    accept_conflicts: str = "",
) -> Replacement:
    """Let these people serve, all at once, instead of whatever the rota says.

    Administrators, and the heads of the roster's group. Raises ConflictsFound where that would
    break something and no reason is given. Sent twice, it gives the replacement of the first time.
    """
    lock_duty()
    at = now()
    roster = _arranged(roster_pk, by)
    check_span(starts_at, ends_at, at)
    _check(people, reason)
    same = _sent_before(roster, by, people, starts_at, ends_at, reason)
    if same is not None:
        return same
    before = conflicts.as_it_is(roster, at)
    substitute = Substitute(starts_at, ends_at, tuple(person.pk for person in people))
    substitutes = [*before.inputs.substitutes, substitute]
    after = before._replace(inputs=replace(before.inputs, substitutes=substitutes))
    proposal = conflicts.Proposal(roster, before, after)
    brought = conflicts.insist(conflicts.find([proposal], at), accept_conflicts)
    replacement = Replacement.objects.create(
        roster=roster,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:200],
        made_by=by,
        made_at=at,
    )
    ReplacementMember.objects.bulk_create(
        ReplacementMember(replacement=replacement, person=person, position=position)
        for position, person in enumerate(people, start=1)
    )
    recompile([roster], by=by, at=at)
    _record(replacement, "replacement.make", by, at, people, **brought)
    return replacement


@transaction.atomic
def end_replacement(pk: int, *, by: Person) -> Replacement:
    """From now on the rota holds again. Raises Conflict where the replacement is over."""
    lock_duty()
    at = now()
    found = Replacement.objects.select_for_update(of=("self",)).select_related("roster").get(pk=pk)
    roster = _arranged(found.roster_id, by)
    if found.ended_at is not None or found.ends_at <= at:
        raise Conflict(_("这次临时替换已经结束了。"))
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    recompile([roster], by=by, at=at)
    people = [member.person for member in found.members.select_related("person")]
    _record(found, "replacement.end", by, at, people)
    return found


def _arranged(roster_pk: int, by: Person) -> Roster:
    roster = Roster.objects.select_related("group").get(pk=roster_pk)
    if not authority.may_arrange(roster, by):
        raise NotAllowed(_("这张值班表由管理员和小组负责人安排。"))
    return roster


def _sent_before(
    roster: Roster,
    by: Person,
    people: Sequence[Person],
    starts_at: Moment,
    ends_at: Moment,
    reason: str,
) -> Replacement | None:
    """The same replacement, sent a second time by the same person."""
    wanted = {person.pk for person in people}
    known = roster.replacements.filter(
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:200],
        made_by=by,
        ended_at__isnull=True,
    ).prefetch_related("members")
    for each in known:
        if {member.person_id for member in each.members.all()} == wanted:
            return each
    return None


def _check(people: Sequence[Person], reason: str) -> None:
    fields = {}
    if not people:
        fields["people"] = _("请至少选一个人。")
    elif len({person.pk for person in people}) < len(people):
        fields["people"] = _("同一个人只能选一次。")
    elif not all(authority.is_employee(None, person) for person in people):
        fields["people"] = _("排班人员里有已停用的账号。")
    if not reason.strip():
        fields["reason"] = _("请写一句事由，例如「年休假」。")
    if fields:
        raise Incomplete(next(iter(fields.values())), fields=fields)


def _record(
    replacement: Replacement,
    event: str,
    by: Person,
    at: Moment,
    people: Sequence[Person],
    **more: object,
) -> None:
    facts = {
        "replacement": replacement.pk,
        "roster": replacement.roster_id,
        "name": replacement.roster.name,
        "people": [str(person) for person in people],
        "span": span_words(replacement.starts_at, replacement.ends_at),
        "reason": replacement.reason,
    }
    record(replacement.roster.stream, event, by=by, at=at, facts=facts | more)
