"""Celery's door to the journal."""

from celery import shared_task

from journal import roots
from journal.relay import relay as relay_entries


# 0 is the first in Celery's queue on Redis, 9 the last: whatever waits to be relayed, the clocks of
# the next second are looked at first.
@shared_task(priority=9)
def relay() -> int:
    return relay_entries()


@shared_task
def seal() -> None:
    roots.seal()
