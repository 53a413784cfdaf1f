"""With Redis, beat or the workers dead, everything that is due is still done: here, one by one.

The watchdog looks at one row of PostgreSQL and calls the very functions that beat would have had
called; it needs neither Redis nor a worker. What beat calls is read from its own schedule, so
that nothing can be added there and forgotten here.
"""

import logging
import time
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.db import connection

from ops import workflow

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
LATE_AFTER = 10.0
PULSE = "ops.tasks.heartbeat"


class Duty:
    """One entry of beat's schedule: a function and the seconds between two calls of it."""

    def __init__(self, name: str, call: Callable[[], object], period: float):
        self.name = name
        self.call = call
        self.period = period
        self._last = float("-inf")

    def is_due(self, now: float) -> bool:
        return now - self._last >= self.period

    def do(self, now: float) -> None:
        """Call it. Its failure is logged and stops no other duty, but a lost database does."""
        self._last = now
        try:
            self.call()
        except Exception:
            if connection.connection is not None and connection.connection.closed:
                raise
            logger.exception("watchdog: %s failed", self.name)


def duties() -> list[Duty]:
    """Whatever beat calls, but its pulse. A task called without a broker is a plain function."""
    found = []
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if entry["task"] == PULSE:
            continue
        path, seconds = str(entry["task"]), float(str(entry["schedule"]))
        module, _, name = path.rpartition(".")
        task = getattr(import_module(module), name)
        found.append(Duty(path, task, seconds))
    return found


class Watchdog:
    """Call `look` every `LOOK_EVERY` seconds."""

    def __init__(self) -> None:
        self.duties = duties()
        self.began = time.monotonic()

    def look(self) -> bool:
        """Look once; do what is due if the beat is late. True if it was late.

        Raises django.db.Error while PostgreSQL is away: the caller tries again.
        """
        workflow.beat("watchdog")
        age = workflow.age_of_beat("beat")
        now = time.monotonic()
        # Beat may only just have been started, as we were: silence counts from our own start.
        watched = now - self.began
        silent_for = watched if age is None else min(age, watched)
        if silent_for <= LATE_AFTER:
            if workflow.note_recovered():
                logger.warning("watchdog: the beat is back")
            return False
        if workflow.note_stalled(age):
            logger.error("watchdog: no beat for %s s, doing its work", age)
        for duty in self.duties:
            if duty.is_due(now):
                duty.do(now)
        return True
