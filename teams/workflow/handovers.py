"""Verbs of the change of shift (交接班): opened by the tick, handed over, confirmed, or alarmed."""

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from teams import duty_authority as authority
from teams.models import Duty, Handover, Person

Moment = datetime.datetime
# The leaving shift may write before the change; one that was missed is opened some time after it.
OPENED_BEFORE = datetime.timedelta(minutes=30)
OPENED_AFTER = datetime.timedelta(hours=2)


@transaction.atomic
def hand_over(
    pk: int, *, by: Person, version: int | None = None, remarks: str, items: Any
) -> Handover:
    """The leaving shift says what the coming one must know; again, as long as nobody confirmed.

    Takes the remarks and what is open now (plain values, gathered by the app above). The leaving
    people, and who arranges the roster.
    """
    at = now()
    handover = _lock(pk)
    _insist(authority.may_hand_over(handover, by))
    check_version(handover, version)
    _insist_waiting(handover)
    handover.remarks, handover.items = remarks.strip(), items
    handover.handed_at, handover.handed_by = at, by
    _save(handover)
    _record(handover, "handover.hand_over", by, at, remarks=handover.remarks)
    return handover


@transaction.atomic
def confirm_handover(pk: int, *, by: Person, version: int | None = None, items: Any) -> Handover:
    """The coming shift has heard it and takes over.

    `items`: what is open now; kept where nobody handed over. The coming people, whoever else is on
    duty in the roster now, and who arranges it.
    """
    at = now()
    handover = _lock(pk)
    _insist(authority.may_confirm_handover(handover, by, at))
    check_version(handover, version)
    _insist_waiting(handover)
    if handover.items is None:
        handover.items = items
    handover.confirmed_at, handover.confirmed_by = at, by
    _save(handover)
    _record(
        handover,
        "handover.confirm",
        by,
        at,
        was_handed_over=handover.handed_at is not None,
        late=is_late(handover, at),
    )
    return handover


def is_late(handover: Handover, at: Moment) -> bool:
    """Is the time over within which the coming shift had to confirm?"""
    minutes = handover.roster.handover_minutes
    return minutes is not None and at > handover.at + datetime.timedelta(minutes=minutes)


def open_handovers() -> int:
    """Open a handover for each change of people that is near; give how many. Called by the tick.

    Where calendars moved since, those that lie ahead follow: their people, and whether there is a
    change at all.
    """
    at = now()
    opened = 0
    kept = set()
    for roster, moment in _changes(at):
        leaving, coming = _people_at(roster, moment)
        # Who comes while nobody leaves finds nothing to be handed over.
        if not leaving or leaving == coming:
            continue
        with transaction.atomic():
            handover, is_new = Handover.objects.get_or_create(roster_id=roster, at=moment)
            kept.add(handover.pk)
            if is_new or handover.at > at:
                handover.leaving.set(leaving)
                handover.coming.set(coming)
            if is_new:
                opened += 1
                _record(handover, "handover.open", None, at)
    ahead = Handover.objects.waiting().filter(at__gt=at, handed_at__isnull=True)
    for handover in ahead.exclude(pk__in=kept):
        with transaction.atomic():
            _record(handover, "handover.drop", None, at)
            handover.delete()
    return opened


def alarm_unconfirmed() -> int:
    """Raise the alarm, once, for each handover that nobody confirmed in time; give how many."""
    late = (
        Handover.objects.waiting()
        .filter(alarmed_at__isnull=True, roster__handover_minutes__isnull=False)
        .filter(at__lte=now() - F("roster__handover_minutes") * datetime.timedelta(minutes=1))
    )
    alarmed = 0
    for pk in late.values_list("pk", flat=True):
        with transaction.atomic():
            rows = Handover.objects.select_for_update(of=("self",), skip_locked=True)
            handover = (
                rows.waiting()
                .select_related("roster")
                .filter(pk=pk, alarmed_at__isnull=True)
                .first()
            )
            if handover is None:
                continue
            handover.alarmed_at = at = now()
            handover.save(update_fields=["alarmed_at"])
            _record(handover, "handover.unconfirmed", None, at)
            alarmed += 1
    return alarmed


def _changes(at: Moment) -> list[tuple[int, Moment]]:
    """Rosters with the moments near now at which somebody begins, that keep handovers."""
    return list(
        Duty.objects.filter(
            starts_at__gt=at - OPENED_AFTER,
            starts_at__lte=at + OPENED_BEFORE,
            roster__is_active=True,
            roster__handover_minutes__isnull=False,
        )
        .values_list("roster_id", "starts_at")
        .distinct()
        .order_by("starts_at", "roster_id")
    )


def _people_at(roster: int, moment: Moment) -> tuple[set[int], set[int]]:
    """Who serves until the moment and who from it on; who stays is in both."""
    sides: dict[bool, set[int]] = defaultdict(set)
    touching = Duty.objects.filter(roster=roster, starts_at__lte=moment, ends_at__gte=moment)
    for person, starts_at, ends_at in touching.values_list("person_id", "starts_at", "ends_at"):
        if starts_at < moment:
            sides[False].add(person)
        if ends_at > moment:
            sides[True].add(person)
    return sides[False], sides[True]


def _lock(pk: int) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("roster__group")
    return rows.get(pk=pk)


def _insist(is_allowed: bool) -> None:
    if not is_allowed:
        raise NotAllowed(_("这次交接由交班人、接班人或小组负责人办理。"))


def _insist_waiting(handover: Handover) -> None:
    if handover.confirmed_at is not None:
        raise Conflict(_("%(who)s已经确认接班。") % {"who": handover.confirmed_by})


def _save(handover: Handover) -> None:
    handover.version += 1
    handover.save()


def _record(handover: Handover, event: str, by: Person | None, at: Moment, **more: object) -> None:
    leaving, coming = list(handover.leaving.all()), list(handover.coming.all())
    facts = {
        "handover": handover.pk,
        "roster": handover.roster_id,
        "name": handover.roster.name,
        "at": handover.at,
        "leaving": [person.pk for person in leaving],
        "coming": [person.pk for person in coming],
        "from": [str(person) for person in leaving],
        "to": [str(person) for person in coming],
    }
    record(handover.roster.stream, event, by=by, at=at, facts=facts | more)
