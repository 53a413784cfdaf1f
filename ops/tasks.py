"""Celery's door to running."""

from celery import shared_task

from ops import workflow


@shared_task
def heartbeat() -> None:
    workflow.beat("beat")
