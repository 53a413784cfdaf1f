"""Celery's door to drills."""

from celery import shared_task

from drills import workflow
from drills.training import workflow as training


@shared_task
def give_due() -> int:
    """Injects of running drills whose time has come."""
    return workflow.give_due()


@shared_task
def watch() -> int:
    """Planned drills that are due or overdue are said."""
    return workflow.watch()


@shared_task
def remind_of_training() -> int:
    """Trainings that end soon or have ended are said."""
    return training.remind()
