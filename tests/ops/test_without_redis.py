"""With Redis dead, whatever is due is still done: by real processes, on real rows."""

import json
import time
import urllib.request
from pathlib import Path

import psycopg2
import pytest

from ops.embedded import Valkey, new_password
from ops.engines import Engines, service_account
from tests.running import Product
from tests.tables import make_database

pytestmark = pytest.mark.slow


class Rows:
    """A look straight at the product's database."""

    def __init__(self, url: str):
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def ask(self, statement: str, *values: object) -> list:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def wait_for(condition, why, within=90.0):
    give_up = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < give_up, why() if callable(why) else why
        time.sleep(0.2)


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
    server.stop()


@pytest.fixture
def product(open_folder, valkey):
    product = Product(
        open_folder / "var",
        DATABASE_URL=make_database("yingji_redis", with_tables=True),
        REDIS_URL=valkey.url,
    )
    product.start()
    yield product
    product.stop()


def report(product: Product) -> int:
    """Report a fault through the API as the demo's customer-service person; give its number."""
    from ops.demo import PASSWORD

    def post(path: str, body: dict, **headers: str) -> dict:
        request = urllib.request.Request(
            f"{product.url}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    token = post("api/tokens/", {"username": "kefu", "password": PASSWORD})["token"]
    return post(
        "api/incidents/",
        {"seen": "收费窗口打不开", "location": "门诊一层"},
        Authorization=f"Token {token}",
    )["id"]


def test_what_is_due_is_done_and_the_silence_told_once_and_ended(product, valkey):
    rows = Rows(product.environment["DATABASE_URL"])

    def events() -> list[str]:
        found = rows.ask("SELECT event FROM journal_entry WHERE stream = 'engine' ORDER BY seq")
        return [event for (event,) in found]

    def logs() -> str:
        tails = (Path(log).read_text()[-1500:] for log in (product.data / "logs").glob("*.log"))
        return "\n".join(tails)

    wait_for(lambda: product.health()["status"] == "ok", logs)
    assert events() == []

    valkey.stop()
    began = time.monotonic()
    number = report(product)
    # No request waits for Redis.
    assert time.monotonic() - began < 15
    rows.ask(
        "UPDATE incidents_deadline SET due_at = armed_at WHERE incident_id = %s "
        "AND met_at IS NULL AND cancelled_at IS NULL",
        number,
    )
    wait_for(
        lambda: rows.ask(
            "SELECT 1 FROM journal_entry WHERE event = 'deadline.pass' AND stream = %s",
            f"incident:{number}",
        ),
        logs,
    )
    wait_for(lambda: not rows.ask("SELECT 1 FROM journal_entry WHERE relayed_at IS NULL"), logs)
    assert events() == ["engine.stalled"]
    health = product.health()
    assert (health["status"], health["redis"]) == ("degraded", "away")

    assert valkey.launch().poll() is None
    wait_for(lambda: events() == ["engine.stalled", "engine.recovered"], logs)
    wait_for(lambda: product.health()["status"] == "ok", logs)
