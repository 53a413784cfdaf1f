"""Celery's door to the incidents."""

from celery import shared_task

from incidents import workflow


@shared_task
def climb() -> int:
    return workflow.climb()
