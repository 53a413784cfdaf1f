"""Relaying: each entry's subscribers run once, in one transaction with the stamp that says so."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from journal.models import Entry, PoisonedEntry
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed

logger = logging.getLogger(__name__)

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
    tried again later with growing pauses, and stops no other.
    """
    relayed = 0
    for _turn in range(limit):
        taken = _relay_next()
        if taken is None:
            break
        relayed += taken
    return relayed


def _relay_next() -> int | None:
    """Relay one entry: 1 when done, 0 when it failed, None when none is waiting."""
    entry = None
    try:
        with transaction.atomic():
            entry = (
                Entry.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(relayed_at__isnull=True)
                .filter(Q(poison__isnull=True) | Q(poison__retry_at__lte=Now()))
                .order_by("pk")
                .first()
            )
            if entry is None:
                return None
            for handler in _subscribers.get(entry.event, ()):
                handler(entry)
            Entry.objects.filter(pk=entry.pk).update(relayed_at=Now())
            PoisonedEntry.objects.filter(pk=entry.pk).delete()
        return 1
    except Exception as error:
        # Whatever a subscriber throws is its entry's own trouble. A database that is away is not.
        if entry is None:
            raise
        logger.exception("relay of %s failed", entry)
        _set_aside(entry, error)
        return 0


def _set_aside(entry: Entry, error: Exception) -> None:
    at = now()
    message = f"{type(error).__name__}: {error}"[:2000]
    if isinstance(error, DatabaseError) and not str(error):
        message = type(error).__name__
    with transaction.atomic():
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
