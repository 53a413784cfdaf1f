"""Verbs of standing in (代班) and swapping (换班): asked, accepted, approved; or arranged."""

import datetime
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import conflicts
from teams import duty_authority as authority
from teams.compiling import Cover
from teams.inputs import world
from teams.models import Duty, Person, Roster, StandIn
from teams.workflow.calendar import lock_duty, recompile
from teams.workflow.leave import check_span, span_words, wanted_reason

Moment = datetime.datetime
State = StandIn.State


@transaction.atomic
def ask_stand_in(
    roster_pk: int,
    *,
    by: Person,
    stand_in: Person,
    starts_at: Moment,
    ends_at: Moment,
    reason: str,
    person: Person | None = None,
) -> StandIn:
    """Ask a colleague to serve in one's place. For somebody else only who arranges the roster.

    The same request sent twice gives what was asked the first time.
    """
    at = now()
    roster = Roster.objects.select_related("group").get(pk=roster_pk)
    asked = _new(roster, person or by, stand_in, starts_at, ends_at, reason, by, at)
    if not authority.is_employee(roster, by) or (
        asked.person != by and not authority.may_arrange(roster, by)
    ):
        raise NotAllowed(_("您不能替这位同事找人代班。"))
    same = _sent_before(asked, State.ASKED, State.ACCEPTED)
    if same is not None:
        return same
    _check(asked, at)
    asked.save()
    _record(asked, "stand_in.ask", by, at)
    return asked


@transaction.atomic
def ask_swap(
    roster_pk: int,
    *,
    by: Person,
    starts_at: Moment,
    ends_at: Moment,
    other: Person,
    other_starts_at: Moment,
    other_ends_at: Moment,
    reason: str,
    other_roster_pk: int | None = None,
) -> StandIn:
    """Ask a colleague to exchange one's own duty for one of theirs (of another roster, too).

    Gives the half in which the colleague serves; its `swap` is the other half.
    """
    at = now()
    if not authority.is_employee(None, by):
        raise NotAllowed(_("您没有「换班」的权限。"))
    roster = Roster.objects.select_related("group").get(pk=roster_pk)
    other_roster = roster
    if other_roster_pk is not None and other_roster_pk != roster_pk:
        other_roster = Roster.objects.select_related("group").get(pk=other_roster_pk)
    mine = _new(roster, by, other, starts_at, ends_at, reason, by, at)
    theirs = _new(other_roster, other, by, other_starts_at, other_ends_at, reason, by, at)
    same = _sent_before(mine, State.ASKED, State.ACCEPTED, swap__isnull=False)
    if same is not None:
        return same
    _check_swap(mine, theirs, at)
    _save_swap(mine, theirs)
    _record(mine, "stand_in.ask_swap", by, at, back=span_words(other_starts_at, other_ends_at))
    return mine


@transaction.atomic
def arrange_stand_in(
    roster_pk: int,
    *,
    by: Person,
    person: Person,
    stand_in: Person,
    starts_at: Moment,
    ends_at: Moment,
    reason: str,
    accept_conflicts: str = "",
) -> StandIn:
    """Put somebody in another's place in the final calendar at once: administrators, and the heads
    of the roster's group. Both are told. Raises ConflictsFound as approving does."""
    lock_duty()
    at = now()
    roster = Roster.objects.select_related("group").get(pk=roster_pk)
    if not authority.may_arrange(roster, by):
        raise NotAllowed(_("这张值班表由管理员和小组负责人安排。"))
    arranged = _settled(_new(roster, person, stand_in, starts_at, ends_at, reason, by, at))
    same = _sent_before(arranged, State.APPROVED)
    if same is not None:
        return same
    _check(arranged, at)
    brought = conflicts.insist(_conflicts([arranged], at), accept_conflicts)
    arranged.save()
    recompile([roster], by=by, at=at)
    _record(arranged, "stand_in.arrange", by, at, **brought)
    return arranged


@transaction.atomic
def arrange_swap(
    roster_pk: int,
    *,
    by: Person,
    person: Person,
    starts_at: Moment,
    ends_at: Moment,
    other: Person,
    other_starts_at: Moment,
    other_ends_at: Moment,
    reason: str,
    other_roster_pk: int | None = None,
    accept_conflicts: str = "",
) -> StandIn:
    """Let two people exchange their duties in the final calendar at once: who arranges both
    rosters. Both are told. Gives and raises what `ask_swap` and `arrange_stand_in` do."""
    lock_duty()
    at = now()
    rosters = Roster.objects.select_related("group").in_bulk(
        {roster_pk, other_roster_pk or roster_pk}
    )
    roster, other_roster = rosters[roster_pk], rosters[other_roster_pk or roster_pk]
    if not all(authority.may_arrange(each, by) for each in rosters.values()):
        raise NotAllowed(_("这张值班表由管理员和小组负责人安排。"))
    mine = _settled(_new(roster, person, other, starts_at, ends_at, reason, by, at))
    theirs = _settled(
        _new(other_roster, other, person, other_starts_at, other_ends_at, reason, by, at)
    )
    same = _sent_before(mine, State.APPROVED, swap__isnull=False)
    if same is not None:
        return same
    _check_swap(mine, theirs, at)
    brought = conflicts.insist(_conflicts([mine, theirs], at), accept_conflicts)
    _save_swap(mine, theirs)
    recompile(_rosters([mine, theirs]), by=by, at=at)
    back = span_words(other_starts_at, other_ends_at)
    _record(mine, "stand_in.arrange_swap", by, at, back=back, **brought)
    return mine


@transaction.atomic
def accept_stand_in(pk: int, *, by: Person, version: int | None = None) -> StandIn:
    """Who was asked agrees; the heads of the roster's group decide next."""
    return _move(pk, "accept", by=by, version=version)


@transaction.atomic
def decline_stand_in(pk: int, *, by: Person, version: int | None = None, reason: str) -> StandIn:
    """Who was asked cannot."""
    return _move(pk, "decline", by=by, version=version, reason=wanted_reason(reason))


@transaction.atomic
def refuse_stand_in(pk: int, *, by: Person, version: int | None = None, reason: str) -> StandIn:
    """The heads of the group do not approve it."""
    return _move(pk, "refuse", by=by, version=version, reason=wanted_reason(reason))


@transaction.atomic
def withdraw_stand_in(pk: int, *, by: Person, version: int | None = None) -> StandIn:
    """Who asked needs it no longer; before it was approved."""
    return _move(pk, "withdraw", by=by, version=version)


@transaction.atomic
def approve_stand_in(
    pk: int, *, by: Person, version: int | None = None, accept_conflicts: str = ""
) -> StandIn:
    """The final calendar changes. Raises ConflictsFound where that would break something and no
    reason is given."""
    lock_duty()
    at = now()
    halves = _lock(pk)
    if all(half.ends_at <= at for half in halves):
        raise Conflict(_("这段时间已经过去了。"))
    for half in halves:
        moving.move(half, "approve", by=by, at=at, version=version if half.pk == pk else None)
    brought = conflicts.insist(_conflicts(halves, at), accept_conflicts)
    recompile(_rosters(halves), by=by, at=at)
    _record(halves[0], "stand_in.approve", by, at, **brought)
    return halves[0]


@transaction.atomic
def cancel_stand_in(pk: int, *, by: Person, version: int | None = None, reason: str) -> StandIn:
    """An approved stand-in is taken back from now on: by who may approve it, with the reason."""
    lock_duty()
    at = now()
    halves = _lock(pk)
    reason = wanted_reason(reason)
    if all(half.ends_at <= at for half in halves):
        raise Conflict(_("这段时间已经过去了。"))
    for half in halves:
        moving.move(
            half, "cancel", by=by, at=at, version=version if half.pk == pk else None, reason=reason
        )
    recompile(_rosters(halves), by=by, at=at)
    _record(halves[0], "stand_in.cancel", by, at, said=reason)
    return halves[0]


def _new(
    roster: Roster,
    person: Person,
    stand_in: Person,
    starts_at: Moment,
    ends_at: Moment,
    reason: str,
    by: Person,
    at: Moment,
) -> StandIn:
    return StandIn(
        roster=roster,
        person=person,
        stand_in=stand_in,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:200],
        asked_by=by,
        asked_at=at,
    )


def what_stand_in_breaks(asked: StandIn) -> list[conflicts.Conflict]:
    """What approving this stand-in or swap would break; nothing is written."""
    halves = [asked] if asked.swap is None else [asked, asked.swap]
    return _conflicts(halves, now())


def _settled(arranged: StandIn) -> StandIn:
    """The same, decided by who asks. A machine's state is set where the row is made, or by it."""
    return StandIn(
        **{field.attname: getattr(arranged, field.attname) for field in StandIn._meta.fields}
        | {
            "state": State.APPROVED,
            "decided_by_id": arranged.asked_by_id,
            "decided_at": arranged.asked_at,
        }
    )


def _sent_before(asked: StandIn, *states: str, **more: Any) -> StandIn | None:
    """The same request, sent a second time by the same person. Nobody else may ask meanwhile."""
    Person.objects.select_for_update().get(pk=asked.person_id)
    names = ("roster_id", "person_id", "stand_in_id", "starts_at", "ends_at", "asked_by_id")
    same = {name: getattr(asked, name) for name in names}
    return StandIn.objects.filter(state__in=states, reason=asked.reason, **same, **more).first()


def _check_swap(mine: StandIn, theirs: StandIn, at: Moment) -> None:
    for half in (mine, theirs):
        _check(half, at)
    overlap = mine.starts_at < theirs.ends_at and theirs.starts_at < mine.ends_at
    if mine.roster_id == theirs.roster_id and overlap:
        sentence = _("同一张值班表上，换的两段时间不能重叠。")
        raise Incomplete(sentence, fields={"other_starts_at": sentence})


def _save_swap(mine: StandIn, theirs: StandIn) -> None:
    mine.save()
    theirs.swap = mine
    theirs.save()
    mine.swap = theirs
    mine.save()


def _check(asked: StandIn, at: Moment) -> None:
    """Refuse what makes no sense, in words. Raises Incomplete."""
    check_span(asked.starts_at, asked.ends_at, at)
    sentence, field = "", "stand_in"
    if asked.person == asked.stand_in:
        sentence = _("请选择另一位同事。")
    elif not authority.is_employee(None, asked.stand_in):
        sentence = _("这位同事不能值班：账号已停用，或只有审计权限。")
    elif not asked.reason:
        sentence, field = _("请写一句事由，例如「年休假」。"), "reason"
    elif not (
        Duty.objects.between(max(asked.starts_at, at), asked.ends_at)
        .filter(roster=asked.roster, person=asked.person)
        .exists()
    ):
        facts = {"person": asked.person, "roster": asked.roster}
        sentence = _("%(person)s这段时间不在「%(roster)s」值班。") % facts
        field = "starts_at"
    if sentence:
        raise Incomplete(sentence, fields={field: sentence})


def _conflicts(halves: list[StandIn], at: Moment) -> list[conflicts.Conflict]:
    shared = world(at)
    halves_of = [
        (half.roster_id, Cover(half.starts_at, half.ends_at, half.person_id, half.stand_in_id))
        for half in halves
    ]
    proposed = []
    for roster in _rosters(halves):
        mine = [cover for roster_pk, cover in halves_of if roster_pk == roster.pk]
        rules, inputs = conflicts.as_it_is(roster, at, shared)
        known = [cover for cover in inputs.covers if cover not in mine]
        before, after = (
            conflicts.Ruled(rules, replace(inputs, covers=covers))
            for covers in (known, [*known, *mine])
        )
        proposed.append(conflicts.Proposal(roster, before, after))
    return conflicts.find(proposed, at)


def _rosters(halves: list[StandIn]) -> list[Roster]:
    return list({half.roster_id: half.roster for half in halves}.values())


def _lock(pk: int) -> list[StandIn]:
    """The stand-in, and behind it the other half of a swap; locked in the order of their keys."""
    asked = StandIn.objects.get(pk=pk)
    keys = [pk] if asked.swap_id is None else [pk, asked.swap_id]
    rows = (
        StandIn.objects.select_for_update(of=("self",))
        .select_related("roster__group", "person", "stand_in")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    return sorted(rows, key=lambda row: row.pk != pk)


def _move(pk: int, verb: str, *, by: Person, version: int | None, **facts: Any) -> StandIn:
    """Move a stand-in, and the other half of a swap with it, where no calendar follows."""
    at = now()
    halves = _lock(pk)
    for half in halves:
        moving.move(half, verb, by=by, at=at, version=version if half.pk == pk else None, **facts)
    said = {"said": facts["reason"]} if "reason" in facts else {}
    _record(halves[0], f"stand_in.{verb}", by, at, **said)
    return halves[0]


def _record(asked: StandIn, event: str, by: Person, at: Moment, **more: Any) -> None:
    facts = {
        "stand_in": asked.pk,
        "roster": asked.roster_id,
        "name": asked.roster.name,
        "person": asked.person_id,
        "person_name": str(asked.person),
        "by": asked.stand_in_id,
        "by_name": str(asked.stand_in),
        "asked_by": asked.asked_by_id,
        "from": asked.starts_at,
        "to": asked.ends_at,
        "span": span_words(asked.starts_at, asked.ends_at),
        "reason": asked.reason,
    }
    record(asked.stream, event, by=by, at=at, facts=facts | more)
