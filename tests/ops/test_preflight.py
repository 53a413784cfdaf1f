"""What stops a start, each in one plain sentence."""

import base64
import json
import os
import socket

import pytest

from ops import preflight
from ops.keys import keys_in
from ops.processes import CannotStart


def test_a_busy_port_is_named_with_another_to_try():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"make run PORT={port + 1}"):
            preflight.check_port("127.0.0.1", port)
    preflight.check_port("127.0.0.1", port)


@pytest.mark.parametrize("wrong", ["abc", "0", "99999", "80.5", "-1", "²", "1" * 5000])
def test_a_port_that_is_none_is_refused_with_an_example(wrong):
    with pytest.raises(CannotStart, match="make run PORT=8000"):
        preflight.port_named(wrong)
    assert preflight.port_named("8080") == 8080


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(CannotStart, match=r"192\.0\.2\.1"):
        preflight.check_port("192.0.2.1", 8000)


def test_a_nearly_full_disk_is_refused(tmp_path, monkeypatch):
    preflight.check_space(tmp_path)
    monkeypatch.setattr(preflight, "LEAST_SPACE", 1 << 60)
    with pytest.raises(CannotStart, match="磁盘快满了"):
        preflight.check_space(tmp_path)


def test_a_second_start_on_the_same_folder_names_the_first(tmp_path):
    with (
        preflight.only_one(tmp_path, "http://127.0.0.1:8000/"),
        pytest.raises(CannotStart, match=f"http://127.0.0.1:8000/ .pid {os.getpid()}"),
        preflight.only_one(tmp_path, "http://127.0.0.1:9000/"),
    ):
        pass
    with preflight.only_one(tmp_path, "http://127.0.0.1:9000/"):
        pass


def test_a_database_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(CannotStart, match=r"127\.0\.0\.1") as refusal:
        preflight.check_database("postgres://me:hidden@127.0.0.1:1/x")
    assert "hidden" not in str(refusal.value)


def test_listening_to_the_network_admits_the_machines_own_names():
    assert "localhost" in preflight.own_names("127.0.0.1")
    assert socket.gethostname().lower() in preflight.own_names("::")
    assert "*" not in preflight.own_names("::")


def test_long_logs_are_put_aside_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "LARGEST_LOG", 10)
    (tmp_path / "web.log").write_text("x" * 11)
    (tmp_path / "beat.log").write_text("x")
    preflight.shorten_logs(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beat.log", "web.log.old"]


def test_keys_are_made_once_and_read_by_their_owner_alone(tmp_path):
    first = keys_in(tmp_path)
    assert keys_in(tmp_path) == first
    assert len({first.secret_key, first.journal_key, first.postgres_password}) == 3
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_keys_of_an_older_version_keep_their_values_and_get_what_is_new(tmp_path):
    first = keys_in(tmp_path)
    stored = json.loads((tmp_path / "keys.json").read_text())
    del stored["channel_key"]
    (tmp_path / "keys.json").write_text(json.dumps(stored))
    (tmp_path / "postgres").mkdir()
    now = keys_in(tmp_path)
    assert now.journal_key == first.journal_key
    assert len(base64.urlsafe_b64decode(now.channel_key)) == 32
    assert keys_in(tmp_path) == now
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["", "{}", '{"secret_key": "x"}', "[1]"])
def test_damaged_keys_are_refused_rather_than_made_anew(tmp_path, damage):
    (tmp_path / "keys.json").write_text(damage)
    with pytest.raises(CannotStart, match="已损坏"):
        keys_in(tmp_path)
    assert (tmp_path / "keys.json").read_text() == damage


def test_lost_keys_are_not_made_anew_while_the_data_is_there(tmp_path):
    (tmp_path / "postgres").mkdir()
    with pytest.raises(CannotStart, match="钥匙文件"):
        keys_in(tmp_path)
    assert not (tmp_path / "keys.json").exists()
