"""Celery's door to the plan."""

from celery import shared_task

from plans import workflow


@shared_task
def take_effect() -> int:
    return workflow.take_effect()
