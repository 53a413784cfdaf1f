"""The product's own processes and how each is started: what `make run` runs, and the bench."""

import sys
from typing import NamedTuple


class Part(NamedTuple):
    """One process. `essential`: without it there is no product."""

    title: str
    essential: bool
    arguments: list[str]


def parts(host: str, port: int) -> list[Part]:
    """All of them, for one machine; `host` and `port` are where pages are answered."""
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "config"]
    web = [python, "-m", "uvicorn", "config.asgi:application"]
    web += ["--host", host, "--port", str(port)]
    web += ["--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"]
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-mingle", "--without-gossip"]
    # One process whose threads mostly wait: for providers, and for each other's messages.
    sender = [*celery, "worker", "--queues", "sender", "--pool", "threads"]
    sender += ["--concurrency", "4", "--hostname", "sender@%h", "--loglevel", "WARNING"]
    sender += ["--without-mingle", "--without-gossip"]
    beat = [*celery, "beat", "--scheduler", "config.beat:Scheduler", "--pidfile="]
    beat += ["--loglevel", "WARNING"]
    return [
        Part("web", True, web),
        Part("worker", False, worker),
        Part("sender", False, sender),
        Part("beat", False, beat),
        Part("watchdog", True, [python, "manage.py", "watchdog"]),
    ]
