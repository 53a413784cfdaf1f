"""A process that has loaded the product and forks parts of it: each a real process to be struck.

    python -m tests.faults.nursery

Reads one order a line as JSON and answers with the child's number:

    part        what it does: a key of `WORK`, or `watchdog`
    url, data   its database and its data folder
    short       waits of the engine that last so many seconds in it: `{"module:NAME": 2.0}`
    slots       messages on the wire at a time
    failpoints  where it is struck (`notices.failpoints`)
    redis       another Valkey than the test run's own
    clock       by so many seconds its wall clock is wrong

Starting a part this way takes 20 ms instead of two seconds, so that hundreds may die in one test.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import django
import time_machine

django.setup()

from django.conf import settings  # noqa: E402  (models need the line above)
from django.core.management import call_command  # noqa: E402
from django.db import Error, connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

import config.urls  # noqa: E402, F401
import ops.watchdog  # noqa: E402, F401
from config.celery import app as celery  # noqa: E402
from incidents import workflow as incidents  # noqa: E402
from journal.relay import relay  # noqa: E402
from journal.roots import seal  # noqa: E402
from notices import failpoints, pump, workflow  # noqa: E402
from ops.processes import die_with_parent  # noqa: E402
from tests.faults.place import database_of  # noqa: E402

# What beat and the workers would call.
WORK: dict[str, tuple[Callable[[], object], ...]] = {
    "sender": (lambda: pump.deliver(1.0),),
    "engine": (relay, incidents.climb, workflow.climb, seal),
    "relay": (relay,),
    "climb": (incidents.climb, workflow.climb),
}


def shorten(waits: dict[str, float]) -> None:
    for place, seconds in waits.items():
        module, _colon, name = place.partition(":")
        found = import_module(module)
        if isinstance(getattr(found, name), timedelta):
            setattr(found, name, timedelta(seconds=seconds))
        else:
            setattr(found, name, seconds)
        if place == "notices.channels.wire:PATIENCE":
            for function in (found.post, found.request):
                function.__kwdefaults__["seconds"] = seconds


def live(part: str, clock: float) -> None:
    """Do this part's work until struck."""
    if clock:
        moment = timezone.now() + timedelta(seconds=clock)
        time_machine.travel(moment, tick=True).start()
    if part == "watchdog":
        call_command("watchdog")
        return
    while True:
        try:
            for do in WORK[part]:
                do()
        except Error as error:
            print(f"{part}: {error}", file=sys.stderr, flush=True)
            connections.close_all()
            time.sleep(0.1)
        time.sleep(0.05)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    timezone.get_current_timezone()
    assert connection.connection is None
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        die_with_us = die_with_parent(signal.SIGKILL)
        child = os.fork()
        if child == 0:
            die_with_us()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                failpoints._plan.update(failpoints._read(order["failpoints"]))
                shorten(order["short"])
                settings.DATA_DIR = Path(order["data"])
                settings.DELIVERY_SLOTS = order["slots"]
                if order["redis"]:
                    settings.REDIS_URL = celery.conf.broker_url = order["redis"]
                connections["default"].settings_dict |= database_of(order["url"])
                live(order["part"], order["clock"])
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
