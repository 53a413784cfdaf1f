"""Celery's door to running."""

from celery import shared_task
from django.conf import settings

from journal.relay import is_behind
from ops import deadman, restored, workflow
from ops.kits import running
from ops.ticks import do


@shared_task
def heartbeat() -> None:
    workflow.beat("beat")


@shared_task
def sender_heartbeat() -> None:
    """Taken by the sender, from its own queue: it lives."""
    workflow.beat("sender")


@shared_task
def tick() -> None:
    """The worker lives; then all that is looked at each second."""
    workflow.beat("beat")
    do(settings.EVERY_SECOND)


@shared_task
def take_stock() -> bool:
    return restored.take_stock_if_restored()


@shared_task
def sender_tick() -> None:
    workflow.beat("sender")
    do(settings.EVERY_SECOND_OF_SENDER)


@shared_task
def sign_of_life() -> bool:
    return deadman.sign_of_life()


@shared_task
def keep_kits() -> int:
    """Downtime kits: one of those that wait is made, once a day all are looked at.

    Drawing takes a core for seconds; while a wave of reports is told of, paper waits for the next
    tick.
    """
    return 0 if is_behind() else running.keep()
