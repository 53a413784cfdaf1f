"""(f) to (j): the engine, with all of the product's processes, a provider and a hospital."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from bench.figures import Figure
from bench.load import Line, Measured
from bench.people import Staff
from bench.product import ROOT, Surroundings, wait_for
from ops.embedded import free_port
from ops.parts import parts

SLOTS = 16
IDLE_REPORTS = 60
BURST, CLIENTS = 500, 8
DELIVERIES, WAIT = 10_000, 0.050
CLOCKS, DUE = 10_000, 1_000
IDLE_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")
QUIET = (
    "UPDATE notices_alert SET next_at = NULL WHERE next_at IS NOT NULL",
    "UPDATE notices_delivery SET state = 'dropped' WHERE state = 'waiting'",
    "UPDATE notices_climb SET due_at = NULL WHERE due_at IS NOT NULL",
    "UPDATE incidents_deadline SET cancelled_at = now() WHERE cancelled_at IS NULL "
    "AND met_at IS NULL",
    "UPDATE journal_entry SET relayed_at = now() WHERE relayed_at IS NULL",
)


def engine(only: str = "jfgih") -> Iterator[Figure]:
    """A hospital of its own, so that nothing of the other stations waits to be done."""
    with (
        Surroundings(
            CHANNEL_HOSTS="127.0.0.1",
            CHANNEL_NETWORKS="127.0.0.0/8",
            CHANNEL_KEY="3q2-796tvu_erb7v3q2-796tvu_erb7v3q2-796tvu8=",
            DELIVERY_SLOTS=str(SLOTS),
            CANARY_AT="off",
        ) as place,
        _sink() as sink,
    ):
        _ways(place, "channels", str(sink.port))
        with _product(place) as (port, processes):
            staff = Staff(port)
            if "j" in only:
                yield _idle(place, processes)
            if "f" in only:
                yield from _first_alert(staff, sink)
                _hush(place)
            _ways(place, "by", "phone")
            if "g" in only:
                yield _burst(staff, sink)
                _hush(place)
            if "i" in only:
                yield _clocks(place, staff)
                _hush(place)
            sink.seen()
            if "h" in only:
                yield from _deliveries(place, sink)


class Sink:
    """The provider, seen from here."""

    def __init__(self, port: int) -> None:
        self.port = port

    def seen(self) -> list[tuple[float, str]]:
        """What has arrived since the last look."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/seen", timeout=30) as answer:
            return [(at, body) for at, body in json.load(answer)]


@contextlib.contextmanager
def _sink() -> Iterator[Sink]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Sink(int(process.stdout.readline()))
        finally:
            process.terminate()


@contextlib.contextmanager
def _product(place: Surroundings) -> Iterator[tuple[int, dict[str, int]]]:
    """All that `make run` starts; gives the port and each part's process number."""
    port = free_port()
    running: dict[str, subprocess.Popen[bytes]] = {}
    log = place.folder / "engine.log"
    try:
        with log.open("ab") as output:
            for part in parts("127.0.0.1", port):
                environment = place.environment | {"SITE_URL": f"http://127.0.0.1:{port}"}
                running[part.title] = subprocess.Popen(
                    part.arguments, cwd=ROOT, env=environment, stdout=output, stderr=output
                )
        wait_for(port, running["web"], log)
        give_up = time.monotonic() + 60
        pulses = "SELECT count(*) FROM ops_heartbeat WHERE name IN ('beat', 'sender')"
        while place.sql(pulses) != [(2,)]:
            if time.monotonic() > give_up:
                raise RuntimeError(f"the engine did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.2)
        yield port, {title: process.pid for title, process in running.items()}
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if os.environ.get("BENCH_LOG"):
            Path(os.environ["BENCH_LOG"]).write_bytes(log.read_bytes())


def _ways(place: Surroundings, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bench.ways", *arguments],
        cwd=ROOT,
        env=place.environment,
        check=True,
    )


def _hush(place: Surroundings) -> None:
    """What earlier stations left undone must not be done during the next."""
    time.sleep(1)
    for statement in QUIET:
        place.sql(statement)
    time.sleep(2)


# (j) -------------------------------------------------------------------------------------------


LEFT_TO_DO = (
    "SELECT count(*) FROM journal_entry WHERE relayed_at IS NULL "
    "UNION ALL SELECT count(*) FROM ops_kitrunitem WHERE state = 'waiting'"
)


def _idle(place: Surroundings, processes: dict[str, int]) -> Figure:
    """A new hospital's journal is relayed and its downtime kits are drawn before."""
    give_up = time.monotonic() + 120
    while any(count for (count,) in place.sql(LEFT_TO_DO)) and time.monotonic() < give_up:
        time.sleep(1)
    time.sleep(5)
    before = {title: _cpu(pid) for title, pid in processes.items()}
    began = time.monotonic()
    time.sleep(IDLE_SECONDS)
    took = time.monotonic() - began
    shares = {title: (_cpu(pid) - before[title]) / took * 100 for title, pid in processes.items()}
    shares.pop("web")
    total = sum(shares.values())
    return Figure(
        f"(j) engine with nothing to do, CPU time over {IDLE_SECONDS} s",
        f"{total:.1f} % of a core ("
        + ", ".join(f"{title} {share:.1f}" for title, share in shares.items())
        + ")",
        "< 3 % of a core",
        total < 3,
    )


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process and its children have used."""
    own = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(own[11]) + int(own[12])) / TICKS + sum(_cpu(int(child)) for child in children)


# (f) -------------------------------------------------------------------------------------------


def _first_alert(staff: Staff, sink: Sink) -> Iterator[Figure]:
    """From the sending of a report to the first message about it at the provider, one at a time."""
    line = Line(staff.port, staff.cs)
    sink.seen()
    sent: dict[str, float] = {}
    answered = []
    for turn in range(IDLE_REPORTS + 3):
        began = time.time()
        took, body = line.send(staff.report())
        if turn >= 3:
            sent[json.loads(body)["number"]] = began
            answered.append(took)
        # Not in step with the beat, which would find what the nudge has not brought.
        time.sleep(0.25 + turn % 10 * 0.037)
    line.close()
    time.sleep(3)
    first = _first_seen(sink, sent)
    times = Measured(sorted((first[one] - sent[one]) * 1000 for one in sent if one in first), 1)
    with httpx.Client() as client:
        address = f"http://127.0.0.1:{sink.port}/0/"
        posts = []
        for _turn in range(60):
            began = time.perf_counter()
            client.post(address, content=b"{}" * 300)
            posts.append((time.perf_counter() - began) * 1000)
    sink.seen()
    floor = Measured(sorted(answered), 1).p50 + Measured(sorted(posts), 1).p50
    yield Figure(
        "(f) report → first alert at a provider, idle",
        f"p50 {times.p50:.0f} ms, p95 {times.p95:.0f}, longest {times.times[-1]:.0f}; "
        f"{len(times.times)} of {len(sent)}; {times.p50 / floor:.1f} × of the report's answer "
        f"and one bare POST together ({floor:.1f} ms)",
        "p50 < 60 ms, p95 < 150 ms, none lost",
        times.p50 < 60 and times.p95 < 150 and len(times.times) == len(sent),
    )


def _first_seen(sink: Sink, wanted: dict[str, float]) -> dict[str, float]:
    """When each incident, by its number, was first told of."""
    first: dict[str, float] = {}
    for at, body in sink.seen():
        text = json.dumps(json.loads(body), ensure_ascii=False)
        for number in wanted:
            if number in text:
                first.setdefault(number, at)
    return first


# (g) -------------------------------------------------------------------------------------------


def _burst(staff: Staff, sink: Sink) -> Figure:
    sink.seen()
    reported: list[int] = []
    answered: list[float] = []
    lock = threading.Lock()

    def client(_number: int) -> None:
        line = Line(staff.port, staff.cs)
        while True:
            with lock:
                if len(reported) >= BURST:
                    break
                reported.append(0)
                place = len(reported) - 1
            _took, body = line.send(staff.report())
            with lock:
                reported[place] = json.loads(body)["id"]
                answered.append(time.time())
        line.close()

    began = time.time()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    first: dict[int, float] = {}
    wanted = set(reported)
    give_up = time.time() + 40
    messages = 0
    while len(first) < BURST and time.time() < give_up:
        time.sleep(0.5)
        for at, body in sink.seen():
            told = json.loads(body)
            messages += 1
            for key in told.get("ids", ()):
                incident = int(key.split("-")[1])
                if incident in wanted:
                    first.setdefault(incident, at)
    last = max(first.values(), default=began) - began
    times = Measured(sorted(at - began for at in first.values()) or [0.0], 1)
    reports = max(answered) - began
    return Figure(
        f"(g) {BURST} reports by {CLIENTS} clients at once → the last first alert",
        f"{last:.1f} s after the first report (half of them {times.p50:.1f} s); "
        f"{len(first)} of {BURST} told, in {messages} messages; the reports themselves were "
        f"answered within {reports:.1f} s: {last / reports:.1f} ×",
        "≤ 8 s, none lost",
        last <= 8 and len(first) == BURST,
    )


# (h) -------------------------------------------------------------------------------------------


def _deliveries(place: Surroundings, sink: Sink) -> Iterator[Figure]:
    limit = SLOTS / WAIT
    floor = _plain(sink)
    _ways(place, "calls", str(DELIVERIES))
    arrived: dict[str, float] = {}
    repeats = 0
    give_up = time.time() + 150
    while len(arrived) < DELIVERIES and time.time() < give_up:
        time.sleep(1)
        for at, body in sink.seen():
            for key in json.loads(body)["ids"]:
                repeats += key in arrived
                arrived.setdefault(key, at)
    times = sorted(arrived.values())
    span = times[-1] - times[0] if len(times) > 1 else float("inf")
    rate = len(times) / span
    yield Figure(
        f"(h) a plain client (httpx, {SLOTS} threads) at a provider that takes 50 ms",
        f"{floor:.0f}/s; the provider's own limit is {limit:.0f}/s",
    )
    yield Figure(
        f"(h) {DELIVERIES:,} deliveries to the same provider, {SLOTS} on the wire",
        f"{rate:.0f}/s, {span:.1f} s; {rate / limit:.2f} of the provider's limit, "
        f"{rate / floor:.2f} of the plain client; {len(times):,} arrived, {repeats} twice",
        "≥ 0.8 of the limit, all arrive",
        rate >= 0.8 * limit and len(times) == DELIVERIES,
    )


def _plain(sink: Sink, seconds: float = 5.0) -> float:
    """Messages a second of a client that does nothing else."""
    address = f"http://127.0.0.1:{sink.port}/{WAIT * 1000:.0f}/"
    until = time.monotonic() + seconds
    with httpx.Client(limits=httpx.Limits(max_connections=SLOTS)) as client:

        def send(_number: int) -> int:
            count = 0
            while time.monotonic() < until:
                client.post(address, content=b"{}" * 300)
                count += 1
            return count

        with ThreadPoolExecutor(SLOTS) as pool:
            sent = sum(pool.map(send, range(SLOTS)))
    sink.seen()
    return sent / seconds


# (i) -------------------------------------------------------------------------------------------


def _clocks(place: Surroundings, staff: Staff) -> Figure:
    """Ten clocks of each of a thousand incidents; one of each runs out in the same second."""
    incidents = CLOCKS // 10
    staff.reported(1)
    time.sleep(1)
    for statement in QUIET:
        place.sql(statement)
    place.sql(
        "INSERT INTO incidents_incident SELECT made.* FROM "
        "(SELECT * FROM incidents_incident WHERE state = 'reported' ORDER BY id DESC LIMIT 1) "
        "AS i, generate_series(1, %s) AS copy, LATERAL jsonb_populate_record("
        "NULL::incidents_incident, to_jsonb(i) || jsonb_build_object('id', copy + 100000, "
        "'serial', copy + 100000, 'client_uuid', gen_random_uuid())) AS made",
        [incidents],
    )
    place.sql(
        "INSERT INTO incidents_deadline (incident_id, kind, step, epoch, holder, armed_at, due_at) "
        "SELECT i.id, 'confirm', step, 1, '门诊收费处', now(), CASE WHEN step = 1 "
        "THEN date_trunc('second', now()) + interval '6 seconds' + random() * interval '1 second' "
        "ELSE now() + interval '1 day' END "
        "FROM (SELECT id FROM incidents_incident WHERE id > 100000 ORDER BY id LIMIT %s) AS i, "
        "generate_series(1, 10) AS step",
        [incidents],
    )
    ((armed,),) = place.sql("SELECT count(*) FROM incidents_deadline WHERE cancelled_at IS NULL")
    lags: list[float] = []
    give_up = time.time() + 60
    asked = (
        "SELECT extract(epoch FROM passed_at - due_at)::float FROM incidents_deadline "
        "WHERE passed_at IS NOT NULL AND cancelled_at IS NULL AND step = 1 AND kind = 'confirm'"
    )
    while len(lags) < DUE and time.time() < give_up:
        time.sleep(1)
        lags = sorted(lag for (lag,) in place.sql(asked))
    found = Measured(lags or [999.0], 1)
    return Figure(
        f"(i) {armed:,} armed clocks, {DUE:,} of them due in the same second: lag",
        f"p50 {found.p50:.2f} s, p99 {found.p99:.2f}, longest {found.times[-1]:.2f}; "
        f"{len(lags):,} told",
        "p99 < 2 s, none lost",
        found.p99 < 2 and len(lags) == DUE,
    )
