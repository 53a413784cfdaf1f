"""Relaying: each entry's subscribers run once, in one transaction with the stamp that says so."""

import logging
import math
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from journal import incarnation, live, looks, rows
from journal.models import Entry, PoisonedEntry
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed

logger = logging.getLogger(__name__)

# So many are looked at together; each is relayed in a transaction of its own.
AT_ONCE = 50
# What can wait lets the relay go first while so many entries wait for it.
MANY = 5
# Seconds that one call takes of whoever calls: clocks that run out meanwhile want the same worker.
BUDGET = 0.3

Handler = Callable[[Entry], None]
_subscribers: dict[str, list[Handler]] = {}


def subscribe(event: str, handler: Handler) -> None:
    """Call `handler(entry)` for each entry of this event. The handler may only touch the database.

    Handlers of one entry share its transaction: all of them happen, or none.
    """
    handlers = _subscribers.setdefault(event, [])
    if handler not in handlers:
        handlers.append(handler)


def relay(limit: int = 500) -> int:
    """Hand up to `limit` waiting entries to their subscribers, oldest first; give how many.

    Safe to run twice and side by side: each entry is locked (`SKIP LOCKED`) and stamped in the
    transaction that runs its handlers. An entry whose handler fails is set aside with its error,
    tried again later with growing pauses, and stops no other. After `BUDGET` seconds it ends, and
    asks for the next call at once.
    """
    if incarnation.is_restored():
        return 0
    return relay_all(limit, until=time.monotonic() + BUDGET)


def is_behind() -> bool:
    """Many entries wait for their subscribers: what is not urgent leaves the machine to them."""
    return len(_waiting(MANY)) == MANY


def relay_all(limit: int = 500, *, until: float = math.inf) -> int:
    """As `relay`, also in a database that was restored: for who takes stock of it.

    `until` is a moment of the monotonic clock.
    """
    relayed = 0
    while relayed < limit:
        waiting = _waiting(min(AT_ONCE, limit - relayed))
        idle = [pk for pk, event in waiting if not _subscribers.get(event)]
        done = _stamp(idle)
        looked_at = len(idle)
        with looks.look():
            for pk, event in waiting:
                if time.monotonic() >= until:
                    live.hurry(live.RELAY)
                    return relayed + done
                if _subscribers.get(event):
                    taken = _relay_one(pk)
                    looked_at += taken is not None
                    done += taken or 0
        relayed += done
        # Whoever relays side by side has the rest.
        if not looked_at:
            break
    return relayed


def _waiting(count: int) -> list[tuple[int, str]]:
    """Key and event of the oldest entries that may be tried now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.event FROM journal_entry e "
            "LEFT JOIN journal_poisonedentry p ON p.entry_id = e.id WHERE e.relayed_at IS NULL "
            "AND (p.entry_id IS NULL OR p.retry_at <= statement_timestamp()) "
            "ORDER BY e.id LIMIT %s",
            [count],
        )
        return cursor.fetchall()


def _stamp(entries: list[int]) -> int:
    """Of entries that nobody subscribes to there is nothing to tell: all are stamped at once."""
    if not entries:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_entry SET relayed_at = statement_timestamp() WHERE id IN "
            "(SELECT id FROM journal_entry WHERE id = ANY(%s) AND relayed_at IS NULL "
            "ORDER BY id FOR UPDATE SKIP LOCKED)",
            [entries],
        )
        stamped = cursor.rowcount
        cursor.execute("DELETE FROM journal_poisonedentry WHERE entry_id = ANY(%s)", [entries])
    return stamped


def _relay_one(pk: int) -> int | None:
    """Relay one entry: 1 when done, 0 when it failed, None when somebody else has it."""
    entry = None
    try:
        with transaction.atomic():
            found = rows.where(Entry, "id = %s AND relayed_at IS NULL FOR UPDATE SKIP LOCKED", pk)
            if not found:
                return None
            entry = found[0]
            for handler in _subscribers.get(entry.event, ()):
                handler(entry)
            with connection.cursor() as cursor:
                # It may have been set aside since we looked for it.
                cursor.execute(
                    "WITH mended AS (DELETE FROM journal_poisonedentry WHERE entry_id = %s) "
                    "UPDATE journal_entry SET relayed_at = statement_timestamp() WHERE id = %s",
                    [pk, pk],
                )
        return 1
    except Exception as error:
        # Whatever a subscriber throws is its entry's own trouble. A database that is away is not.
        if entry is None:
            raise
        logger.exception("relay of %s failed", entry)
        looks.forget()
        _set_aside(entry, error)
        return 0


def _set_aside(entry: Entry, error: Exception) -> None:
    at = now()
    message = f"{type(error).__name__}: {error}"[:2000]
    if isinstance(error, DatabaseError) and not str(error):
        message = type(error).__name__
    with transaction.atomic():
        # A connection that was cut off in the commit does not say whether it came through.
        waits = Entry.objects.select_for_update().filter(pk=entry.pk, relayed_at__isnull=True)
        if waits.first() is None:
            return
        poison, fresh = PoisonedEntry.objects.select_for_update().get_or_create(
            entry_id=entry.pk,
            defaults={"error": message, "failed_at": at, "failures": 1, "retry_at": at + _pause(1)},
        )
        if not fresh:
            failures = poison.failures + 1
            PoisonedEntry.objects.filter(pk=poison.pk).update(
                error=message,
                failed_at=at,
                failures=F("failures") + 1,
                retry_at=at + _pause(failures),
            )


def _pause(failures: int) -> timedelta:
    """Two seconds, then doubling to ten minutes."""
    return timedelta(seconds=min(600, 2**failures))


def may_retry(person: Any) -> bool:
    """Administrators; an auditor changes nothing, whatever else they are."""
    return person.is_active and person.has_role("admin") and not person.only_reads


@transaction.atomic
def retry(pk: int, *, by: Any) -> PoisonedEntry:
    """Let an entry that was set aside be relayed at once, not at its next try.

    Administrators only. Raises NotAllowed, or Conflict where the entry was relayed meanwhile.
    """
    if not may_retry(by):
        raise NotAllowed(_("您没有「立即重试」的权限。"))
    poison = (
        PoisonedEntry.objects.select_for_update(of=("self",))
        .select_related("entry")
        .filter(pk=pk)
        .first()
    )
    if poison is None:
        raise Conflict(_("这一条已经转发成功，不用再试。"))
    at = now()
    poison.retry_at = at
    poison.save(update_fields=["retry_at"])
    # On commit the announcement of this entry nudges the relay.
    record(
        "relay",
        "relay.retry",
        by=by,
        at=at,
        facts={
            "entry": poison.pk,
            "stream": poison.entry.stream,
            "seq": poison.entry.seq,
            "event": poison.entry.event,
            "failures": poison.failures,
        },
    )
    return poison
