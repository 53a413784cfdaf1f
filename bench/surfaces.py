"""(f) What patients read: alone, at a thousand requests a second beside the staff, and without the
database. A station of its own, because it stops the database."""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figures import Figure
from bench.load import Ask, Measured, measure
from bench.people import session_of
from bench.product import ROOT, Surroundings
from bench.stations import _times

RATE, SECONDS = 1000, 8
SURFACES = (("公开页 public page", "/status/"), ("大厅屏 hall screen", "/screen/hall-1/"))


def surfaces(place: Surroundings) -> Iterator[Figure]:
    with place.server() as port:
        for title, path in SURFACES:
            found = measure(
                port, {}, lambda _, p=path: itertools.repeat(Ask("GET", p)), clients=8, seconds=4
            )
            yield Figure(f"(f) {title}, 8 clients as fast as they can", _times(found))
        session = session_of(port, "zhiban")
        alone = _dashboard(port, session)
        for title, path in SURFACES:
            hall = _hall(port, path)
            time.sleep(1.0)
            beside = _dashboard(port, session)
            told = json.loads(hall.communicate()[0])
            crowd = Measured(told["times"], told["seconds"])
            yield Figure(
                f"(f) {title} at {RATE:,}/s",
                f"{_times(crowd)}; {told['wrong']} not answered well",
                f"≥ {RATE * 0.95:.0f}/s, p95 ≤ 100 ms, all answered",
                crowd.rate >= RATE * 0.95 and crowd.p95 <= 100 and not told["wrong"],
            )
            yield Figure(
                f"(f) 值守大盘 dashboard beside it ({title})",
                f"{_times(beside)}; alone p50 {alone.p50:.1f}, p95 {alone.p95:.1f}",
                "p95 ≤ 200 ms",
                beside.p95 <= 200,
            )
        place.postgres.stop()
        try:
            time.sleep(1.5)
            for title, path in SURFACES:
                hall = _hall(port, path)
                told = json.loads(hall.communicate()[0])
                crowd = Measured(told["times"], told["seconds"])
                yield Figure(
                    f"(f) {title} at {RATE:,}/s, database stopped",
                    f"{_times(crowd)}; {told['wrong']} not answered well",
                    "all answered",
                    not told["wrong"],
                )
        finally:
            place.postgres.start()


def _dashboard(port: int, session: dict[str, str]) -> Measured:
    return measure(
        port, session, lambda _: itertools.repeat(Ask("GET", "/dashboard/"), 90), warm_up=15
    )


def _hall(port: int, path: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "bench.hall"),
            *(str(port), path, str(RATE), str(SECONDS)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
