"""Celery's door to the reviews."""

from celery import shared_task

from reviews import workflow


@shared_task
def remind_of_actions() -> int:
    return workflow.remind_of_actions()
