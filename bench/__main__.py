"""`python -m bench`: measure, print the table, write it to `docs/performance.md`.

`python -m bench engine` measures the engine alone and writes nothing, `engine fg` (f) and (g).
"""

import os
import platform
import sys
import time
from collections.abc import Iterator

from bench.engine import engine
from bench.figures import Figure
from bench.product import ROOT, Surroundings
from bench.stations import duty, live, pages, writing
from bench.surfaces import surfaces

PAGE = ROOT / "docs" / "performance.md"
_MARKS = {None: "", True: "✓", False: "✗"}


def _machine(place: Surroundings) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    ((version,),) = place.sql("SHOW server_version")
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB memory, "
        f"{platform.system()}, Python {platform.python_version()}, PostgreSQL {version} "
        "(embedded, `fsync` and `synchronous_commit` on)"
    )


def _figures(place: Surroundings) -> Iterator[Figure]:
    yield from pages(place)
    yield from writing(place)
    yield from live(place)
    yield from duty(place)
    # Last: it stops the database.
    yield from surfaces(place)


def _page(machine: str, figures: list[Figure], minutes: float) -> str:
    rows = "\n".join(
        f"| {figure.what} | {figure.value} | {figure.goal} | {_MARKS[figure.holds]} |"
        for figure in figures
    )
    return f"""# Performance

Written by `make bench`: one run of {minutes:.1f} minutes, everything on one machine, clients
included: {machine}.

| what | measured | goal | |
|---|---|---|---|
{rows}

How it is measured:

- The server is the product's own: `uvicorn config.asgi:application`, one process, the settings of
  production, a pool of 8 threads. Worker and beat do not run but in (f) to (j): they would take
  turns on the cores.
- (a) is a DRF view that inserts one row of two columns, on the same server and database. *Bare*
  has no middleware and asks nobody who they are. The other has the product's middleware and
  tokens, and is the floor that goals refer to. Each figure is from four seconds.
- (b) writes the incident, its services, two deadlines, the journal's entry and the head of its
  chain in one durable transaction. It runs with 100,000 incidents stored, as do (d) and (e).
- (c) is measured by one client with a session; {40} incidents are open in several states, the
  others are copies of one that was played over the API, with orders, checks, deadlines,
  signatures and journal.
- (d) is each verb over the API, each in one durable transaction with its journal entries and
  deadlines; with 8 clients, acknowledge and confirm of 800 incidents.
- Search is the dashboard's list of ended incidents as a page asks for it; the copies all say the
  same, so words are in none of them or in all.
- Duty is made and measured within one transaction, which is rolled back; three shifts a day in each
  group. A calendar is compiled from its rules, without the database; the proof reads all it needs.
- (f) is asked for by a process of its own over 40 connections that stay open, so many times a
  second whatever the answers take; a time counts from the moment at which the request was due.
  The dashboard is measured beside it as in (c), with the incidents of (c) stored.
- (e) counts from the moment a client sends a verb until each subscriber of `/live/` has the event.
- (f) to (j) run with every process that `make run` starts, in a hospital of their own, and a
  provider on this machine that keeps its connections. (f) counts from the sending of the report
  to the first byte of the message at the provider: a robot, as messages to one person within five
  seconds would go as one. (g) calls the person on duty by telephone: what gathers for five seconds
  goes in one call. (h) is one channel, one message to each of ten thousand people, from the making
  of the calls on. (i) is the time from a clock's end until that is written and in the journal.
"""


def _told(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        goal = f"   [goal: {figure.goal}]" if figure.goal else ""
        print(f"{_MARKS[figure.holds] or '·'} {figure.what}: {figure.value}{goal}", flush=True)
        yield figure


def main() -> int:
    """Give the number of goals that were missed."""
    began = time.monotonic()
    if sys.argv[1:2] == ["engine"]:
        return sum(figure.holds is False for figure in _told(engine(*sys.argv[2:3])))
    with Surroundings() as place:
        machine = _machine(place)
        print(machine, flush=True)
        figures = list(_told(_figures(place)))
    figures += _told(engine())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(_page(machine, figures, (time.monotonic() - began) / 60), encoding="utf-8")
    missed = [figure for figure in figures if figure.holds is False]
    print(f"{PAGE.relative_to(ROOT)} written; {len(missed)} of the goals missed.")
    return len(missed)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
