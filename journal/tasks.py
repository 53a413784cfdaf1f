"""Celery's door to the journal."""

from celery import shared_task

from journal import roots
from journal.relay import relay as relay_entries


@shared_task
def relay() -> int:
    return relay_entries()


@shared_task
def seal() -> None:
    roots.seal()
