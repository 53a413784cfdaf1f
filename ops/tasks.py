"""Celery's door to running."""

from celery import shared_task

from ops import deadman, workflow


@shared_task
def heartbeat() -> None:
    workflow.beat("beat")


@shared_task
def sender_heartbeat() -> None:
    """Taken by the sender, from its own queue: it lives."""
    workflow.beat("sender")


@shared_task
def sign_of_life() -> bool:
    return deadman.sign_of_life()
