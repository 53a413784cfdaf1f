"""Verbs of the final calendar: it is compiled anew, from now on; what was, stays."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from journal.recording import now, record
from journal.refusals import NotAllowed
from teams import duty_authority as authority
from teams import spans
from teams.compiling import Stretch, compile_calendar
from teams.inputs import HORIZON, World, horizon, inputs_of, world
from teams.models import Duty, Person, Roster

# So many of a person's moved stretches are told one by one.
_TOLD = 5
_PROLONGED_EVERY = datetime.timedelta(days=1)


def lock_duty() -> None:
    """Verbs that move duties run one after another, whatever rosters they touch: leave of one
    person moves several. They are rare and short. Held until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('teams.duty'))")


@transaction.atomic
def compile_roster(roster_pk: int, *, by: Person | None) -> Roster:
    """Compile the final calendar of a roster anew, from now to the horizon.

    Every verb that moves duties does so by itself; this one is for who wants to be sure.
    """
    lock_duty()
    roster = Roster.objects.get(pk=roster_pk)
    if not authority.may_arrange(roster, by):
        raise NotAllowed(_("您没有「重新排定值班」的权限。"))
    recompile([roster], by=by, at=now())
    return roster


@transaction.atomic
def prolong() -> int:
    """Compile each calendar that was not compiled for a day; give how many. Called by the tick.

    One after another, each behind the lock, so that nobody's edit waits for all of them.
    """
    at = now()
    wanted = Roster.objects.filter(is_active=True).exclude(
        compiled_until__gt=at + HORIZON - _PROLONGED_EVERY
    )
    roster = wanted.order_by("compiled_until", "pk").first()
    if roster is None:
        return 0
    lock_duty()
    recompile([roster], by=None, at=now())
    return 1


def recompile(rosters: Iterable[Roster], *, by: Person | None, at: datetime.datetime) -> None:
    """Make the stored calendars what the rules say from `at` on. Behind `lock_duty`.

    What is past is never touched; a running stretch that no longer holds ends at `at`. Rows that
    did not change stay the same rows. Whose shifts moved is recorded as `duty.moved`.
    """
    shared: World | None = None
    for roster in rosters:
        shared = shared or world(at)
        until = horizon(at, shared.zone)
        wanted = compile_calendar(inputs_of(roster, at, shared=shared), at, until).stretches
        standing = list(Duty.objects.filter(roster=roster, ends_at__gt=at))
        _write(roster, standing, wanted, at)
        if roster.compiled_until is not None:
            _tell_moved(roster, standing, wanted, at, by)
        roster.compiled_until = until
        roster.save(update_fields=["compiled_until"])


def _write(
    roster: Roster, standing: list[Duty], wanted: list[Stretch], at: datetime.datetime
) -> None:
    missing = {_identity(stretch): stretch for stretch in wanted}
    dropped: list[Duty] = []
    ending: list[tuple[Duty, datetime.datetime]] = []
    for duty in standing:
        stretch = missing.pop((max(duty.starts_at, at), *_key_of(duty)), None)
        if stretch is not None:
            ending.append((duty, stretch.ends_at))
        elif duty.starts_at < at:
            ending.append((duty, at))
        else:
            dropped.append(duty)
    # In this order nobody is twice in the calendar, not even between two statements.
    Duty.objects.filter(pk__in=[duty.pk for duty in dropped]).delete()
    for duty, ends_at in ending:
        if ends_at != duty.ends_at:
            Duty.objects.filter(pk=duty.pk).update(ends_at=ends_at)
    reminded = {(duty.person_id, duty.starts_at): duty.reminded_at for duty in dropped}
    Duty.objects.bulk_create(
        (
            Duty(
                roster=roster,
                person_id=stretch.person,
                starts_at=stretch.starts_at,
                ends_at=stretch.ends_at,
                slot=stretch.slot,
                shift=stretch.shift,
                shift_on=stretch.shift_on,
                source=stretch.source,
                instead_of_id=stretch.instead_of,
                compiled_at=at,
                reminded_at=reminded.get((stretch.person, stretch.starts_at)),
            )
            for stretch in missing.values()
        ),
        batch_size=1000,
    )


def _identity(stretch: Stretch) -> tuple[Any, ...]:
    return (stretch.starts_at, *stretch[2:])


def _key_of(duty: Duty) -> tuple[Any, ...]:
    return (
        *(duty.slot, duty.person_id, duty.shift, duty.shift_on),
        *(duty.source, duty.instead_of_id),
    )


def _tell_moved(
    roster: Roster,
    standing: list[Duty],
    wanted: list[Stretch],
    at: datetime.datetime,
    by: Person | None,
) -> None:
    """Record for each person which time they lost and gained, up to where the calendar reached."""
    before: dict[int, list[spans.Span]] = defaultdict(list)
    after: dict[int, list[spans.Span]] = defaultdict(list)
    for duty in standing:
        before[duty.person_id].append((max(duty.starts_at, at), duty.ends_at))
    for stretch in wanted:
        after[stretch.person].append((stretch.starts_at, stretch.ends_at))
    until = roster.compiled_until or at
    moved = []
    for person in sorted(set(before) | set(after)):
        known = spans.within(before[person], at, until)
        coming = spans.within(after[person], at, until)
        lost, gained = spans.without(known, coming), spans.without(coming, known)
        if lost or gained:
            moved.append(
                {
                    "person": person,
                    "lost": lost[:_TOLD],
                    "gained": gained[:_TOLD],
                    "more": max(0, len(lost) - _TOLD) + max(0, len(gained) - _TOLD),
                }
            )
    if moved:
        record(
            roster.stream,
            "duty.moved",
            by=by,
            at=at,
            facts={"roster": roster.pk, "name": roster.name, "moved": moved},
        )
