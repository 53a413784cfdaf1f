"""Verbs of leave (请假): asked for oneself, decided by the heads of one's groups."""

import datetime
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import conflicts
from teams import duty_authority as authority
from teams.compiling import Absence
from teams.inputs import rosters_of, world
from teams.models import Leave, Person, Roster
from teams.workflow.calendar import lock_duty, recompile

Moment = datetime.datetime
# Nobody is on leave, stood in for or replaced for longer than this without being asked again.
LONGEST = datetime.timedelta(days=400)


@transaction.atomic
def ask_leave(
    *, by: Person, starts_at: Moment, ends_at: Moment, reason: str, person: Person | None = None
) -> Leave:
    """Ask for leave, `[starts_at, ends_at)`; for somebody else only who may decide about it.

    The same request sent twice gives the leave of the first time. Raises Conflict where there is
    another one in that time.
    """
    at = now()
    leave = Leave(
        person=person or by,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
    )
    if not authority.is_employee(leave, by) or (
        leave.person != by and not authority.may_decide_leave(leave, by)
    ):
        raise NotAllowed(_("您不能替这位同事请假。"))
    check_span(starts_at, ends_at, at)
    if not leave.reason:
        sentence = _("请写一句事由，例如「年休假」。")
        raise Incomplete(sentence, fields={"reason": sentence})
    # Two requests sent at once must not both be the first.
    Person.objects.select_for_update().get(pk=leave.person.pk)
    known = Leave.objects.filter(
        person=leave.person,
        state__in=[Leave.State.ASKED, Leave.State.APPROVED],
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    )
    same = known.filter(
        starts_at=starts_at, ends_at=ends_at, reason=leave.reason, asked_by=by
    ).first()
    if same is not None:
        return same
    if known.exists():
        raise Conflict(_("这段时间里已经请过假了，请先撤回原来的。"))
    leave.save()
    _record(leave, "leave.ask", by, at)
    return leave


@transaction.atomic
def approve_leave(
    pk: int, *, by: Person, version: int | None = None, accept_conflicts: str = ""
) -> Leave:
    """The person is away; calendars go without them from now on. Raises ConflictsFound where that
    leaves a duty empty and no reason is given: better a stand-in is found first."""
    lock_duty()
    at = now()
    leave = _lock(pk)
    rosters = rosters_of(leave.person, at)
    moving.move(leave, "approve", by=by, at=at, version=version)
    brought = conflicts.insist(_conflicts(leave, rosters, at), accept_conflicts)
    recompile(rosters, by=by, at=at)
    _record(leave, "leave.approve", by, at, **brought)
    return leave


@transaction.atomic
def refuse_leave(pk: int, *, by: Person, version: int | None = None, reason: str) -> Leave:
    """The person is needed; with the reason why."""
    at = now()
    leave = _lock(pk)
    reason = wanted_reason(reason)
    moving.move(leave, "refuse", by=by, at=at, version=version, reason=reason)
    _record(leave, "leave.refuse", by, at, said=reason)
    return leave


@transaction.atomic
def withdraw_leave(pk: int, *, by: Person, version: int | None = None) -> Leave:
    """The person will be there after all; approved leave gives its duties back from now on."""
    lock_duty()
    at = now()
    leave = _lock(pk)
    was_approved = leave.state == Leave.State.APPROVED
    if was_approved and leave.ends_at <= at:
        raise Conflict(_("这次请假已经过去了。"))
    moving.move(leave, "withdraw", by=by, at=at, version=version)
    if was_approved:
        recompile(rosters_of(leave.person, at), by=by, at=at)
    _record(leave, "leave.withdraw", by, at)
    return leave


def what_leave_breaks(leave: Leave) -> list[conflicts.Conflict]:
    """What approving this leave would break, for whoever decides; nothing is written."""
    at = now()
    return _conflicts(leave, rosters_of(leave.person, at), at)


def check_span(starts_at: Moment, ends_at: Moment, at: Moment) -> None:
    """Refuse a span that is none, is over, or is longer than anybody plans. Raises Incomplete."""
    sentence = ""
    if ends_at <= starts_at:
        sentence = _("结束时间要晚于开始时间。")
    elif ends_at <= at:
        sentence = _("这段时间已经过去了。")
    elif ends_at - starts_at > LONGEST:
        sentence = _("一次最长 %(days)s 天。") % {"days": LONGEST.days}
    if sentence:
        raise Incomplete(sentence, fields={"ends_at": sentence})


def wanted_reason(reason: str) -> str:
    """The reason without blanks around it. Raises Incomplete where there is none."""
    if not reason.strip():
        sentence = _("请写明理由，对方会看到。")
        raise Incomplete(sentence, fields={"reason": sentence})
    return reason.strip()[:200]


def span_words(starts_at: Moment, ends_at: Moment) -> str:
    """A span in the hospital's time, for the journal."""
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    return f"{start:%m-%d %H:%M}–{end:%m-%d %H:%M}"


def _conflicts(leave: Leave, rosters: list[Roster], at: Moment) -> list[conflicts.Conflict]:
    shared = world(at)
    without = [each for each in shared.absences if each != _absence(leave)]
    proposed = []
    for roster in rosters:
        rules, inputs = conflicts.as_it_is(roster, at, shared)
        before, after = (
            conflicts.Ruled(rules, replace(inputs, absences=absences))
            for absences in (without, [*without, _absence(leave)])
        )
        proposed.append(conflicts.Proposal(roster, before, after))
    return conflicts.find(proposed, at)


def _absence(leave: Leave) -> Absence:
    return Absence(leave.starts_at, leave.ends_at, leave.person_id)


def _lock(pk: int) -> Leave:
    return Leave.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)


def _record(leave: Leave, event: str, by: Person, at: Moment, **more: object) -> None:
    facts = {
        "leave": leave.pk,
        "person": leave.person_id,
        "name": str(leave.person),
        "from": leave.starts_at,
        "to": leave.ends_at,
        "span": span_words(leave.starts_at, leave.ends_at),
        "reason": leave.reason,
    }
    record(leave.stream, event, by=by, at=at, facts=facts | more)
