"""Where a fault happens: a database of its own, a sink, and parts of the engine as processes."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg2
from django.conf import settings
from django.db import connections

from ops.processes import end, is_alive
from tests.running import ROOT, redis_of_its_own
from tests.sinks import Sink
from tests.tables import server

# Waits of the engine, in seconds, that no test has the time for.
SHORT = {
    "notices.workflow.claiming:LEASE": 1.5,
    "notices.workflow.bundling:LEASE": 1.5,
    "notices.workflow.sending:LONGEST_PAUSE": 2.0,
    # These three are a fifteenth of what they are.
    "notices.workflow.claiming:LONGEST_WAIT": 1.33,
    "notices.workflow.sending:LONGEST_WAIT": 1.33,
    "notices.breaker:FIRST_PAUSE": 1.0,
    "notices.breaker:LONGEST_PAUSE": 40.0,
    "notices.breaker:PROBE_PATIENCE": 3.0,
    "notices.channels.wire:PATIENCE": 1.0,
    "ops.watchdog:LATE_AFTER": 0.5,
    "ops.watchdog:LOOK_EVERY": 0.2,
}


def wait_for(condition: Callable[[], Any], why: Any = "", within: float = 60.0) -> Any:
    """What `condition` gives as soon as it is true. Fails with `why`: words, or what gives them."""
    give_up = time.monotonic() + within
    while True:
        if found := condition():
            return found
        assert time.monotonic() < give_up, why() if callable(why) else (why or condition)
        time.sleep(0.05)


def database_of(url: str) -> dict[str, Any]:
    """Django's settings for it."""
    parts = urlsplit(url)
    return {
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username,
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": parts.port,
    }


@contextlib.contextmanager
def looking_at(url: str) -> Iterator[None]:
    """This process's own models and verbs work on that database meanwhile."""
    # The very dictionary that every thread's connection is made from.
    facts = connections["default"].settings_dict
    kept = dict(facts)
    connections.close_all()
    facts |= database_of(url)
    try:
        yield
    finally:
        connections.close_all()
        facts.clear()
        facts |= kept


def copy_of(url: str) -> str:
    """A copy of that database on the same server; gives its URL."""
    name = urlsplit(url).path.removeprefix("/")
    owner = urlsplit(url).username
    copy = f"{url}_at_work"
    drop(copy)
    _server_does(f'CREATE DATABASE "{name}_at_work" TEMPLATE "{name}" OWNER "{owner}"')
    return copy


def drop(url: str) -> None:
    name = urlsplit(url).path.removeprefix("/")
    _server_does(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server_does(statement: str) -> None:
    with server() as cursor:
        cursor.execute(statement)


class Nursery:
    """Gives birth to parts of the engine, for one place after another."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yingji-faults-"))
        self.log = self.folder / "parts.log"
        self.environment = os.environ | {
            "CHANNEL_HOSTS": "127.0.0.1",
            "CHANNEL_NETWORKS": "127.0.0.0/8",
            "CANARY_AT": "off",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
        }
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                start_new_session=True,
            )
        self._heard("ready")

    def begin(self, **order: Any) -> int:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self._heard())

    def _heard(self, wanted: str = "") -> str:
        line = self.process.stdout.readline().strip()
        said = f"{line!r}\n{self.log.read_text()[-3000:]}"
        assert line.startswith(wanted or tuple("0123456789")), said
        return line

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Place:
    """`url` names the database, `sink` stands for every provider. Ends what it started."""

    def __init__(self, url: str, nursery: Nursery):
        self.url = url
        self.sink = Sink()
        self.folder = Path(tempfile.mkdtemp(prefix="yingji-faults-"))
        self.data = self.folder / "data"
        (self.data / "static").mkdir(parents=True)
        self.short = dict(SHORT)
        self.parts: list[int] = []
        self.programs: list[subprocess.Popen[bytes]] = []
        self.nursery = nursery
        # Another Valkey than the test run's own.
        self.redis = ""
        self._said_before = nursery.log.stat().st_size

    def begin(self, part: str, *, failpoints: str = "", clock: float = 0.0) -> int:
        """Start a part of the engine; give its process number. `clock`: its wall clock is wrong by
        so many seconds."""
        pid = self.nursery.begin(
            part=part,
            url=self.url,
            data=str(self.data),
            short=self.short,
            slots=settings.DELIVERY_SLOTS,
            failpoints=failpoints,
            clock=clock,
            redis=self.redis,
        )
        self.parts.append(pid)
        return pid

    def strike(self, pid: int, by: signal.Signals = signal.SIGKILL) -> bool:
        """True if it was there to be struck. One that was killed is gone when this returns."""
        try:
            os.kill(pid, by)
        except ProcessLookupError:
            self.parts = [one for one in self.parts if one != pid]
            return False
        if by == signal.SIGKILL:
            wait_for(lambda: not is_alive(pid), f"{pid} does not die")
            self.parts.remove(pid)
        return True

    def begin_celery(self, *, beats: int, workers: int) -> None:
        """Beats and workers as in production, on the test run's own Valkey."""
        celery = [sys.executable, "-m", "celery", "--app", "config"]
        worker = [*celery, "worker", "--concurrency", "1", "--queues", "celery,sender"]
        worker += ["--without-mingle", "--without-gossip", "--loglevel", "WARNING"]
        beat = [*celery, "beat", "--scheduler", "config.beat:Scheduler", "--pidfile="]
        beat += ["--loglevel", "WARNING"]
        for number in range(workers):
            self.run([*worker, "--hostname", f"engine{number}@%h"])
        for _number in range(beats):
            self.run(beat)

    def run(self, arguments: list[str], **environment: str) -> subprocess.Popen[bytes]:
        """A program of the product beside the parts; ended with them, together with its own
        children."""
        with self.nursery.log.open("ab") as output:
            program = subprocess.Popen(
                arguments,
                cwd=ROOT,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.programs.append(program)
        return program

    @property
    def environment(self) -> dict[str, str]:
        return self.nursery.environment | {
            "DATABASE_URL": self.url,
            "REDIS_URL": redis_of_its_own(15),
            "DATA_DIR": str(self.data),
            "CELERY_SKIP_CHECKS": "1",
        }

    def end_parts(self) -> None:
        for program in self.programs:
            end(program, by=signal.SIGKILL)
        self.programs.clear()
        for pid in list(self.parts):
            self.strike(pid)

    def is_gone(self, pid: int) -> bool:
        """True once a part that was to die by itself has died."""
        if is_alive(pid):
            return False
        self.parts.remove(pid)
        return True

    def is_frozen(self, pid: int) -> bool:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state in "Tt"

    def parts_said(self) -> str:
        """The end of what the parts wrote to their log."""
        with self.nursery.log.open() as log:
            log.seek(self._said_before)
            return log.read()[-3000:]

    def connections(self) -> int:
        """How many there are to the database, besides the one that asks."""
        ((count,),) = self.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        return count

    def sql(self, statement: str, *values: Any) -> list[tuple]:
        with contextlib.closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        self.end_parts()
        self.sink.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def moments(count: int, mean: float) -> Iterator[float]:
    """Pauses of random length, the same in every run."""
    dice = random.Random(count)
    return (dice.expovariate(1 / mean) for _ in range(count))
