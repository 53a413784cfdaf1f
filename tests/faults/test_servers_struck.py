"""Valkey and PostgreSQL struck in every way, while people report over HTTP."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request

import psycopg2
import pytest
import redis
from django.db import Error, connection

from incidents.models import Incident
from notices.models import Alert
from ops.embedded import Postgres, Valkey, free_port, new_password
from ops.engines import Engines, service_account
from tests.faults import invariants
from tests.faults.figures import note
from tests.faults.filling import staff, ways
from tests.faults.place import Place, looking_at, wait_for
from tests.faults.reporting import Reporters
from tests.notices.climbing import ladder, to
from tests.running import Product

FULL = [pytest.mark.faults, pytest.mark.slow]


def somebody_to_call(place: Place) -> None:
    (person,) = staff(1, "sms")
    ways(place, "sms")
    ladder(to(person, 0))


def all_arrived(place: Place, reporters: Reporters) -> bool:
    """Has every report that was taken called somebody, and has that call arrived?"""
    try:
        made = Incident.objects.filter(client_uuid__in=reporters.taken)
        called = Alert.objects.filter(incident__in=made, calls=True, deliveries__state="sent")
        return called.values("incident").distinct().count() == made.count() > 0
    except Error:
        # Our own connection was struck as well.
        connection.close()
        return False


def whole(place: Place, reporters: Reporters) -> None:
    """Nothing taken was lost, nothing is half written, nothing was done twice."""

    def wrong() -> list[str]:
        half = Incident.objects.filter(deadlines__isnull=True)
        return [
            *reporters.lost(),
            *(f"{incident} has no clock" for incident in half),
            *invariants.wrong(place),
        ]

    # The engine runs on: what it is just doing is not wrong, what it did twice stays so.
    wait_for(lambda: not wrong(), lambda: "\n".join(wrong()[:20]), within=60)


# A part of the product, for every run ------------------------------------------------------------


@pytest.fixture
def web(place):
    """The page server alone; the watchdog does what is due."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--no-access-log"]

    def begin(**environment: str) -> str:
        place.run([*command, "--port", str(port), "--log-level", "warning"], **environment)
        url = f"http://127.0.0.1:{port}/"
        wait_for(lambda: _answers(f"{url}health/live/"), place.parts_said)
        return url

    return begin


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status == 200
    return False


@pytest.fixture
def valkey(open_folder):
    account = service_account(open_folder)
    server = Valkey(
        open_folder / "valkey",
        engines=Engines(open_folder, account),
        log=open_folder / "valkey.log",
        password=new_password(),
        account=account,
    )
    server.start()
    yield server
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.process.pid, signal.SIGCONT)
    server.stop()


def test_with_valkey_frozen_reports_are_taken_and_people_called(place, web, valkey):
    somebody_to_call(place)
    reporters = Reporters(web(REDIS_URL=valkey.url)).start()
    place.redis = valkey.url
    place.begin("watchdog")
    os.kill(valkey.process.pid, signal.SIGSTOP)
    wait_for(lambda: len(reporters.answers) >= 6)
    reporters.stop()
    assert reporters.refused == 0
    wait_for(lambda: all_arrived(place, reporters), place.parts_said)
    whole(place, reporters)


def test_connections_cut_off_lose_no_report_that_was_taken(place, web):
    somebody_to_call(place)
    reporters = Reporters(web()).start()
    place.begin("watchdog")
    wait_for(lambda: reporters.taken)
    cut = storm(place, 2.0)
    assert cut > 0
    taken = len(reporters.taken)
    wait_for(lambda: len(reporters.taken) > taken + 2)
    reporters.stop()
    wait_for(lambda: all_arrived(place, reporters), place.parts_said)
    whole(place, reporters)


def storm(place: Place, seconds: float) -> int:
    """Cut off every connection to the database, again and again; gives how many."""
    cut, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(psycopg2.Error):
            ((count,),) = place.sql(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            cut += count
        time.sleep(0.1)
    return cut


# The whole product, in make faults --------------------------------------------------------------


@pytest.fixture
def product(place, open_folder, valkey):
    """Starts the whole product on the place's database."""
    made: list[Product] = []

    def begin() -> Product:
        keys = ("SECRET_KEY", "JOURNAL_KEY", "CHANNEL_KEY")
        product = Product(
            open_folder / "var",
            DATABASE_URL=place.url,
            REDIS_URL=valkey.url,
            DEMO="0",
            CHANNEL_HOSTS="127.0.0.1",
            CHANNEL_NETWORKS="127.0.0.0/8",
            CANARY_AT="off",
            SITE_URL="https://yingji.example.org",
            **{name: os.environ[name] for name in keys},
        )
        made.append(product)
        return product.start()

    yield begin
    for product in made:
        product.stop()


def is_well(product: Product) -> bool:
    with contextlib.suppress(OSError):
        return product.health()["status"] == "ok"
    return False


def told(product: Product) -> str:
    logs = (product.data / "logs").glob("*.log")
    return "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in logs)


@pytest.mark.parametrize("size", [pytest.param(50, id="full", marks=FULL)])
def test_whatever_happens_to_valkey_reports_are_taken_and_people_called(
    place, product, valkey, size
):
    somebody_to_call(place)
    running = product()
    client = redis.Redis.from_url(valkey.url, socket_timeout=5)

    def killed() -> None:
        valkey.process.kill()
        valkey.process.wait()

    def flapped() -> None:
        for _time in range(size):
            killed()
            time.sleep(0.1)
            valkey.launch()
            time.sleep(0.2)

    def start_again() -> None:
        valkey.launch()

    ways_to_fail = {
        "killed": (killed, start_again),
        "frozen": (
            lambda: os.kill(valkey.process.pid, signal.SIGSTOP),
            lambda: os.kill(valkey.process.pid, signal.SIGCONT),
        ),
        f"killed and started {size} times": (flapped, lambda: None),
        "flushed": (client.flushall, client.flushall),
        "out of memory": (
            lambda: client.config_set("maxmemory", "1"),
            lambda: client.config_set("maxmemory", "0"),
        ),
    }
    for fault, (strike, mend) in ways_to_fail.items():
        wait_for(lambda: is_well(running), lambda: told(running), within=120)
        reporters = Reporters(running.url).start()
        wait_for(lambda seen=reporters: seen.taken, lambda: told(running))
        strike()
        known = len(reporters.answers)
        wait_for(lambda seen=reporters, n=known: len(seen.answers) >= n + 10)
        reporters.stop()
        began = time.monotonic()
        wait_for(lambda seen=reporters: all_arrived(place, seen), lambda: told(running), within=120)
        caught_up = time.monotonic() - began
        mend()
        assert reporters.refused == 0
        assert reporters.slowest < 15
        assert not reporters.lost()
        note(
            7,
            f"Valkey {fault}",
            f"{len(reporters.answers)} reports meanwhile, all 2xx",
            slowest_answer=reporters.slowest,
            last_alert_after_the_last_report=caught_up,
        )
    wait_for(lambda: is_well(running), lambda: told(running), within=120)
    whole(place, reporters)


@pytest.fixture
def durable(open_folder, place):
    """A PostgreSQL of its own that keeps what it says it has kept, with the hospital in it."""
    account = service_account(open_folder)
    engines = Engines(open_folder, account)
    server = Postgres(
        open_folder / "postgres",
        engines=engines,
        log=open_folder / "postgres.log",
        password=new_password(),
        account=account,
    )
    server.start()
    dump = open_folder / "hospital.dump"
    subprocess.run(
        [engines.postgres / "pg_dump", "--format=custom", f"--file={dump}", place.url], check=True
    )
    command = [engines.postgres / "pg_restore", "--no-owner", f"--dbname={server.superuser_url}"]
    subprocess.run([*command, dump], check=True)
    kept, place.url = place.url, server.superuser_url
    with looking_at(place.url):
        yield server
    place.url = kept
    server.stop()


def processes_of(server: Postgres) -> list[int]:
    """The server's own process and those of its connections."""
    listing = subprocess.run(
        ["ps", "--ppid", str(server.process.pid), "-o", "pid="],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return [server.process.pid, *map(int, listing.split())]


@pytest.mark.parametrize("size", [pytest.param(10, id="full", marks=FULL)])
def test_whatever_happens_to_postgresql_what_was_taken_is_kept(place, durable, product, size):
    somebody_to_call(place)
    running = product()

    def stopped_hard() -> None:
        durable.process.send_signal(signal.SIGQUIT)
        durable.process.wait(30)
        time.sleep(2)
        assert durable._wait_ready(durable.launch())

    def frozen() -> None:
        struck = processes_of(durable)
        for pid in struck:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(size)
        for pid in struck:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    faults = {
        "stopped hard": stopped_hard,
        "connections cut off for 5 s": lambda: storm(place, 5.0),
        f"frozen for {size} s": frozen,
    }
    everybody = []
    for fault, strike in faults.items():
        wait_for(lambda: is_well(running), lambda: told(running), within=120)
        reporters = Reporters(running.url, side_by_side=4).start()
        everybody.append(reporters)
        wait_for(lambda seen=reporters: len(seen.taken) > 10, lambda: told(running))
        strike()
        began, taken = time.monotonic(), len(reporters.taken)
        wait_for(
            lambda seen=reporters, n=taken: len(seen.taken) > n + 10,
            lambda: told(running),
            within=120,
        )
        again = time.monotonic() - began
        reporters.stop()
        wait_for(lambda seen=reporters: all_arrived(place, seen), lambda: told(running), within=180)
        caught_up = time.monotonic() - began
        assert not reporters.lost()
        note(
            8,
            f"PostgreSQL {fault}",
            f"{len(reporters.taken)} reports taken, {reporters.refused} refused meanwhile",
            taken_again_after=again,
            everybody_called_after=caught_up,
        )
    for reporters in everybody:
        whole(place, reporters)
