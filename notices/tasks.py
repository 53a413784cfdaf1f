"""Celery's door to notices."""

from celery import shared_task

from notices import pump, workflow


@shared_task
def deliver() -> int:
    return pump.deliver()


@shared_task
def climb() -> int:
    return workflow.climb()


@shared_task
def keep_planned() -> int:
    return workflow.keep_planned()


@shared_task
def tidy() -> int:
    return workflow.tidy()


@shared_task
def canary() -> int:
    return workflow.canary()
