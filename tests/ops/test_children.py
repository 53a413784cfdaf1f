"""Children die and come back; those that cannot live are given up in plain words."""

import os
import signal
import subprocess
import sys
import time

import pytest

from ops.children import DEATHS_ALLOWED, Child
from ops.processes import CannotStart, end, is_alive, spawn


def child_of(tmp_path, program: str, **options) -> Child:
    log = tmp_path / "child.log"
    return Child("它", lambda: spawn([sys.executable, "-c", program], log=log), log=log, **options)


def look_until(child, said, condition, within=20.0):
    give_up = time.monotonic() + within
    while not condition():
        assert time.monotonic() < give_up, said
        child.look(said.append)
        time.sleep(0.02)


def test_a_killed_child_is_started_again_and_both_are_said(tmp_path):
    child = child_of(tmp_path, "import time; time.sleep(60)")
    child.start()
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    said = []
    look_until(child, said, lambda: len(said) == 2)
    assert "SIGKILL" in said[0]
    assert "0.5 秒后" in said[0]
    assert "已重新启动" in said[1]
    assert child.process.pid != first
    assert child.stop()
    assert not is_alive(child.process.pid)


def test_an_essential_child_that_dies_again_and_again_ends_the_whole(tmp_path):
    child = child_of(tmp_path, "raise SystemExit('the reason')")
    child._deaths = [time.monotonic()] * (DEATHS_ALLOWED - 1)
    child.start()
    said = []
    look_until(child, said, lambda: bool(said))
    assert "8 秒后" in said[0]
    child._start_at = time.monotonic()  # We do not wait for that.
    with pytest.raises(CannotStart, match=r"反复意外结束.*the reason"):
        look_until(child, said, lambda: False)


def test_a_child_that_others_can_stand_in_for_is_tried_again_each_minute(tmp_path):
    child = child_of(tmp_path, "raise SystemExit(3)", essential=False)
    child._deaths = [time.monotonic()] * DEATHS_ALLOWED
    child.start()
    said = []
    look_until(child, said, lambda: bool(said))
    assert "exit 3" in said[0]
    assert "60 秒后" in said[0]


def test_a_full_disk_is_named_as_the_cause_of_death(tmp_path):
    (tmp_path / "child.log").write_text("PANIC: could not write: No space left on device\n")
    child = child_of(tmp_path, "raise SystemExit(1)")
    child._deaths = [time.monotonic()] * DEATHS_ALLOWED
    child.start()
    with pytest.raises(CannotStart, match="磁盘已满"):
        look_until(child, [], lambda: False)


def test_a_child_that_does_not_listen_is_killed_with_its_own_children(tmp_path):
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "grandchild = subprocess.Popen(['sleep', '60'])\n"
        "print(grandchild.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    log = tmp_path / "stubborn.log"
    process = spawn([sys.executable, "-c", stubborn], log=log)
    while not log.read_text().strip():
        time.sleep(0.02)
    grandchild = int(log.read_text())
    assert end(process, within=0.3) is False
    time.sleep(0.1)
    assert not is_alive(process.pid)
    assert not is_alive(grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_children_of_a_killed_parent_end_too(tmp_path):
    parent = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from ops.processes import spawn\n"
        f"child = spawn(['sleep', '60'], log=Path({str(tmp_path / 'log')!r}))\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    child = int(process.stdout.readline())
    assert is_alive(child)
    process.kill()
    process.wait()
    process.stdout.close()
    give_up = time.monotonic() + 5
    while is_alive(child):
        assert time.monotonic() < give_up
        time.sleep(0.02)
