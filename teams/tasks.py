"""Celery's door to duty."""

from celery import shared_task

from teams import workflow


@shared_task
def remind() -> int:
    return workflow.remind()
