"""Celery's door to supplies."""

from celery import shared_task

from inventory import workflow


@shared_task
def watch() -> int:
    return workflow.watch()
