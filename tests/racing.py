"""Races with real threads and real transactions, for tests marked `transaction=True`."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from journal.refusals import Refusal


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each on a connection of its own; give what each said."""
    start = threading.Barrier(len(calls))
    said: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        # Each thread has its connection before the start, so that the race is about rows.
        connection.ensure_connection()
        start.wait(timeout=120)
        try:
            said[place] = call()
        except Refusal as refusal:
            said[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return said
