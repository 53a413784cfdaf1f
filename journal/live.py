"""Telling open pages and the relay that something changed, without ever making a request wait.

A small daemon thread in each process speaks to Redis. When Redis is away the hints are dropped:
pages poll, and beat (or the watchdog) finds the waiting rows on its own.
"""

import atexit
import json
import logging
import os
import queue
import threading
import time
from collections import Counter
from importlib import import_module

import redis
from django.conf import settings

CHANNEL = "yingji:changed"
RELAY = "journal.tasks.relay"
# Seconds between two nudges of one task: the first goes at once, and all that come meanwhile make
# one more. Whoever is nudged does all that is there.
GAP = 0.05
# Seconds that a process which ends waits for its last hints to be sent.
FAREWELL = 1.5

logger = logging.getLogger(__name__)
_hints: queue.Queue[tuple[str, str]] = queue.Queue(maxsize=10_000)
_thread: threading.Thread | None = None
_thread_pid = 0
_starting = threading.Lock()


def announce(stream: str, event: str) -> None:
    """Say that a stream has something new. Returns at once, whatever Redis does."""
    _ensure_thread()
    try:
        _hints.put_nowait((stream, event))
    except queue.Full:
        logger.warning("live hints dropped: Redis does not take them")


def hurry(task: str) -> None:
    """Ask for a task (`notices.tasks.deliver`) now instead of at its next tick. Returns at once."""
    announce("", task)


def _ensure_thread() -> None:
    global _thread, _thread_pid
    if _thread_pid == os.getpid() and _thread is not None and _thread.is_alive():
        return
    with _starting:
        if _thread_pid == os.getpid() and _thread is not None and _thread.is_alive():
            return
        _thread = threading.Thread(target=_speak, name="live-hints", daemon=True)
        _thread_pid = os.getpid()
        _thread.start()
        atexit.register(flush)


def flush(within: float = FAREWELL) -> bool:
    """Wait until all hints were sent or dropped, `within` seconds at most. Gives whether they were.

    Called when the process ends: a command that writes and ends at once is heard as well.
    """
    with _hints.all_tasks_done:
        return _hints.all_tasks_done.wait_for(lambda: not _hints.unfinished_tasks, within)


def _speak() -> None:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, protocol=2
    )
    # When each task was last asked for, and how many hints wait until it may be asked for again.
    asked: dict[str, float] = {}
    owed: Counter[str] = Counter()
    while True:
        pause = min((asked[task] + GAP - time.monotonic() for task in owed), default=None)
        hints = _gather(pause)
        tasks = [_task_of(hint) for hint in hints]
        owed.update(filter(None, tasks))
        done = tasks.count("")
        for task in [one for one in owed if time.monotonic() >= asked.get(one, 0) + GAP]:
            _nudge(task)
            asked[task] = time.monotonic()
            done += owed.pop(task)
        _publish(client, [hint for hint in hints if hint[0]])
        for _one in range(done):
            _hints.task_done()


def _gather(pause: float | None) -> list[tuple[str, str]]:
    """The next hints, all that are there; none where none comes within `pause` seconds."""
    hints: list[tuple[str, str]] = []
    try:
        hints.append(_hints.get(timeout=None if pause is None else max(pause, 0)))
        while len(hints) < 200:
            hints.append(_hints.get_nowait())
    except queue.Empty:
        pass
    return hints


def _task_of(hint: tuple[str, str]) -> str:
    """The task that it asks for; empty where it is for open pages alone."""
    stream, event = hint
    if not stream:
        return event
    return RELAY if "." in event else ""


def _publish(client: "redis.Redis", news: list[tuple[str, str]]) -> None:
    if not news:
        return
    try:
        pipeline = client.pipeline(transaction=False)
        for stream, event in news:
            pipeline.publish(CHANNEL, json.dumps({"stream": stream, "event": event}))
        pipeline.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("live hints lost: %s", error)


def _nudge(task: str) -> None:
    """Ask for a task now instead of at the next tick."""
    module, _, name = task.rpartition(".")
    try:
        getattr(import_module(module), name).apply_async(expires=10, retry=False)
    except Exception as error:  # kombu raises many kinds; all mean «beat will do it»
        logger.warning("%s not nudged: %s", task, error)
