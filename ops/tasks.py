"""Celery's door to running."""

from celery import shared_task

from ops import workflow


@shared_task
def heartbeat() -> None:
    workflow.beat("beat")


@shared_task
def sender_heartbeat() -> None:
    """Taken by the sender, from its own queue: it lives."""
    workflow.beat("sender")
