"""The embedded servers on real folders: first start, restart, leftovers, wrong owners."""

import os
import signal
import socket
import time
from pathlib import Path

import psycopg2
import pytest

from ops.embedded import Postgres, Valkey
from ops.engines import Engines, service_account, settle_data_folder
from ops.processes import CannotStart

PASSWORD = "a-password-of-the-test"


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
        password=PASSWORD,
        account=account,
    )
    yield server
    server.stop()


@pytest.fixture
def valkey(data):
    account = service_account(data)
    server = Valkey(
        data / "valkey",
        engines=Engines(data, account),
        log=data / "valkey.log",
        password=PASSWORD,
        account=account,
    )
    yield server
    server.stop()


def ask(url: str, statement: str):
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def test_what_was_committed_is_there_after_a_restart_on_another_port(postgres):
    postgres.start()
    ask(postgres.url, "CREATE TABLE kept AS SELECT 1 AS number")
    postgres.stop()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        postgres.port = probe.getsockname()[1]
    postgres.start()
    assert ask(postgres.url, "SELECT number FROM kept") == [(1,)]


def test_the_product_is_no_superuser_and_needs_its_password(postgres):
    postgres.start()
    assert ask(postgres.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [
        (False,)
    ]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(postgres.url.replace(PASSWORD, "guessed"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_servers_started_by_root_do_not_run_as_root(postgres, valkey):
    postgres.start()
    valkey.start()
    for server in (postgres, valkey):
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        (uids,) = [line for line in status.splitlines() if line.startswith("Uid:")]
        assert "0" not in uids.split()[1:]


def test_a_port_taken_by_somebody_else_is_given_up_for_another(postgres):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        postgres.port = other.getsockname()[1]
        postgres.start()
        assert postgres.port != other.getsockname()[1]
        assert ask(postgres.url, "SELECT 1") == [(1,)]


def test_a_note_left_by_a_power_cut_does_not_stop_the_start(postgres):
    """The number in `postmaster.pid` now belongs to an innocent process: to ours."""
    postgres.start()
    ask(postgres.url, "CREATE TABLE kept AS SELECT 1 AS number")
    note = (postgres.folder / "postmaster.pid").read_text()
    os.killpg(postgres.process.pid, signal.SIGKILL)
    postgres.process.wait()
    lines = note.splitlines()
    (postgres.folder / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
    postgres.start()
    assert ask(postgres.url, "SELECT number FROM kept") == [(1,)]


def test_a_server_left_running_by_a_killed_supervisor_is_ended_first(postgres, data):
    postgres.start()
    left = postgres.process
    second = Postgres(
        postgres.folder,
        engines=Engines(data, postgres.account),
        log=data / "second.log",
        password=PASSWORD,
        account=postgres.account,
        durable=False,
    )
    try:
        second.start()
        assert left.wait(5) is not None
        assert ask(second.url, "SELECT 1") == [(1,)]
    finally:
        second.stop()


def test_a_cluster_of_another_version_is_refused_in_plain_words(postgres):
    postgres.start()
    postgres.stop()
    (postgres.folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="PostgreSQL 9"):
        postgres.start()


def test_an_interrupted_first_start_is_begun_again(postgres):
    half = postgres.folder.with_name("postgres.unfinished")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert ask(postgres.url, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_valkey_answers_only_with_the_password_and_keeps_what_it_was_given(valkey):
    import redis

    valkey.start()
    redis.from_url(valkey.url).set("kept", "yes")
    with pytest.raises(redis.AuthenticationError):
        redis.from_url(valkey.url.replace(PASSWORD, "guessed")).get("kept")
    time.sleep(1.1)  # the append-only file is flushed once a second
    valkey.process.kill()
    valkey.process.wait()
    valkey.start()
    assert redis.from_url(valkey.url).get("kept") == b"yes"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_a_chosen_folder_closed_to_the_servers_is_refused_in_plain_words(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(CannotStart, match="DATA_DIR=/var/lib/yingji"):
        settle_data_folder(closed / "var", chosen=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_programs_closed_to_the_servers_are_copied_to_the_data_folder(data, monkeypatch):
    """An installation under /root: the account can neither enter it nor run anything there."""
    from ops import engines

    real = engines._runs
    monkeypatch.setattr(
        engines,
        "_runs",
        lambda program, account: data in program.parents and real(program, account),
    )
    account = service_account(data)
    copied = Engines(data, account)
    server = Postgres(
        data / "postgres",
        engines=copied,
        log=data / "postgres.log",
        password=PASSWORD,
        account=account,
        durable=False,
    )
    try:
        server.start()
        assert data in copied.postgres.parents
        assert ask(server.url, "SELECT 1") == [(1,)]
    finally:
        server.stop()
