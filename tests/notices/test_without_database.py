"""服务状态 on the running product with the database really gone: stopped, or silent."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from ops.embedded import Postgres
from ops.engines import Engines, service_account, settle_data_folder

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PUBLISH = """
import django
django.setup()
from tests.notices import making
making.published(affected="窗口暂时不能挂号")
"""


@pytest.fixture
def data(open_folder):
    return settle_data_folder(open_folder / "var", chosen=True)


@pytest.fixture
def postgres(data):
    account = service_account(data)
    server = Postgres(
        data / "postgres",
        engines=Engines(data, account),
        log=data / "postgres.log",
        password="a-password-of-the-test",
        account=account,
        durable=False,
    )
    server.start()
    yield server
    server.stop()


def environment(data, database_url):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data / "data"),
        "PYTHONPATH": str(ROOT),
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(data):
    """Start a web process on a database's address; gives an httpx client for it."""
    started = []

    def start(database_url):
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)],
            cwd=ROOT,
            env=environment(data, database_url),
        )
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)
        started.append((process, client))
        for _attempt in range(100):
            try:
                client.get("/health/live/")
                return client
            except httpx.ConnectError:
                time.sleep(0.1)
        raise AssertionError("the web process does not answer")

    yield start
    for process, client in started:
        client.close()
        process.terminate()
        process.wait(10)


def timed(client, **options):
    began = time.monotonic()
    answer = client.get("/status/", **options)
    return answer, time.monotonic() - began


def test_patients_read_the_last_good_copy_until_the_database_is_back(postgres, data, serve):
    run = environment(data, postgres.url)
    for command in (["manage.py", "migrate", "-v0"], ["-c", PUBLISH]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=run, check=True)
    client = serve(postgres.url)
    answer, _took = timed(client)
    assert "窗口暂时不能挂号" in answer.text
    assert "正在恢复连接" not in answer.text

    postgres.stop()
    time.sleep(1.1)
    # Also for a browser in which somebody was signed in: session and person are out of reach.
    for headers in ({}, {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}):
        answer, took = timed(client, headers=headers)
        assert answer.status_code == 200
        assert "窗口暂时不能挂号" in answer.text
        assert "正在恢复连接" in answer.text
        assert took < 3.5

    # A process that starts now has never seen the database; it knows the copy on disk.
    beginner = serve(postgres.url)
    answer, _took = timed(beginner)
    assert "窗口暂时不能挂号" in answer.text
    assert "正在恢复连接" in answer.text
    assert beginner.get("/status.json").json()["is_copy"] is True

    # A host that takes the connection and says nothing costs three seconds once, then nothing.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        patient = serve(f"postgres://somebody:secret@127.0.0.1:{port}/yingji")
        answer, took = timed(patient)
        assert "窗口暂时不能挂号" in answer.text
        assert took < 5
        answer, took = timed(patient)
        assert answer.status_code == 200
        assert took < 0.5

    postgres.start()
    for _attempt in range(20):
        answer, _took = timed(client)
        if "正在恢复连接" not in answer.text:
            break
        time.sleep(0.5)
    assert "窗口暂时不能挂号" in answer.text
    assert "正在恢复连接" not in answer.text
