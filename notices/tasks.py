"""Celery's door to notices."""

from celery import shared_task

from notices import pump


@shared_task
def deliver() -> int:
    return pump.deliver()
