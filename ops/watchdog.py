"""With Redis, beat or the workers dead, everything that is due is still done: here, one by one.

The watchdog looks at two rows of PostgreSQL, the pulses of the worker and of the sender, and calls
the very functions that they would have called; it needs neither Redis nor a worker. What beat
calls is read from its own schedule, so that nothing can be added there and forgotten here.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from ops import workflow
from ops.ticks import named

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
LATE_AFTER = 10.0
# Seconds for which one look goes on while there is more to be relayed.
BUSY = 4.0
RELAY = "journal.tasks.relay"
# The parts of the engine whose pulses are watched.
PULSES = ("beat", "sender")
# Tasks that show that their part lives, and what they do besides.
TICKS = {
    "ops.tasks.tick": settings.EVERY_SECOND,
    "ops.tasks.sender_tick": settings.EVERY_SECOND_OF_SENDER,
}


class Duty:
    """One entry of beat's schedule: a function and the seconds between two calls of it.

    `part` is the one whose pulse tells that it is done elsewhere.
    """

    def __init__(self, name: str, call: Callable[[], object], period: float, part: str = "beat"):
        self.name = name
        self.call = call
        self.period = period
        self.part = part
        # What the last call gave: of the engine's functions, how much it did.
        self.did: object = None
        self._last = float("-inf")

    def is_due(self, now: float) -> bool:
        return now - self._last >= self.period

    def do(self, now: float) -> None:
        """Call it. Its failure is logged and stops no other duty, but a lost database does."""
        self._last, self.did = now, None
        try:
            self.did = self.call()
        except Exception:
            if connection.connection is not None and connection.connection.closed:
                raise
            logger.exception("watchdog: %s failed", self.name)


class DutyApart(Duty):
    """A duty that may wait for others, for a provider that does not answer: in a thread, one at
    a time, so that no clock waits with it."""

    _thread: threading.Thread | None = None

    def do(self, now: float) -> None:
        self._last = now
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._do, name=self.name, daemon=True)
            self._thread.start()

    def _do(self) -> None:
        try:
            self.call()
        except Exception:
            logger.exception("watchdog: %s failed", self.name)
        finally:
            connection.close()


def duties() -> list[Duty]:
    """Whatever beat calls, but the pulses: of a tick the tasks that it does one after another."""
    found: list[Duty] = []
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        task, seconds = str(entry["task"]), float(str(entry["schedule"]))
        for path in TICKS.get(task, (task,)):
            if settings.CELERY_TASK_ROUTES.get(path, {}).get("queue") == "sender":
                found.append(DutyApart(path, named(path), seconds, part="sender"))
            else:
                found.append(Duty(path, named(path), seconds))
    return found


class Watchdog:
    """Call `look` every `LOOK_EVERY` seconds."""

    def __init__(self) -> None:
        self.duties = duties()
        self.began = time.monotonic()

    def look(self) -> bool:
        """Look once; do what is due of a part that is late. True if any was.

        Raises django.db.Error while PostgreSQL is away: the caller tries again.
        """
        workflow.beat("watchdog")
        late = {part for part in PULSES if self._is_late(part)}
        now = time.monotonic()
        for duty in self.duties:
            if duty.part in late and duty.is_due(now):
                duty.do(now)
        if "beat" in late:
            self._go_on(now + BUSY)
        return bool(late)

    def _go_on(self, until: float) -> None:
        """A relay that ends after its time asks for the next call through the queue, where nobody
        hears it now: it is called again, with the clocks between."""
        tick = [duty for duty in self.duties if duty.name in settings.EVERY_SECOND]
        while any(duty.name == RELAY and duty.did for duty in tick):
            now = time.monotonic()
            if now >= until:
                return
            for duty in tick:
                duty.do(now)

    def _is_late(self, part: str) -> bool:
        age = workflow.age_of_beat(part)
        # It may only just have been started, as we were: silence counts from our own start.
        watched = time.monotonic() - self.began
        silent_for = watched if age is None else min(age, watched)
        if silent_for <= LATE_AFTER:
            if workflow.note_recovered(part):
                logger.warning("watchdog: %s is back", part)
            return False
        if workflow.note_stalled(age, part):
            logger.error("watchdog: no beat of %s for %s s, doing its work", part, age)
        return True
