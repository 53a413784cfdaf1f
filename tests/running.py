"""The whole product as real processes, for tests that need a browser or several processes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from ops.embedded import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0


def redis_of_its_own(number: int) -> str:
    """One of Valkey's sixteen numbered databases, so that two products do not hear each other."""
    base, _, _ = os.environ["REDIS_URL"].rpartition("/")
    return f"{base}/{number}"


class Output:
    """Collects a process's lines as they come."""

    def __init__(self, process: subprocess.Popen):
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str, within: float = PATIENCE) -> str:
        """The first line that contains `words`. Fails when the process ends without it."""
        give_up = time.monotonic() + within
        while time.monotonic() < give_up:
            for line in list(self.lines):
                if words in line:
                    return line
            if self.process.poll() is not None:
                self._reader.join(5)
                if words not in self.text:
                    raise AssertionError(f"ended without {words!r}:\n{self.text}")
            time.sleep(0.05)
        raise AssertionError(f"no {words!r} within {within} s:\n{self.text}")


def bare_environment(**more: str) -> dict[str, str]:
    """The environment of a person's terminal: nothing of the test run's own settings."""
    ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JOURNAL_KEY", "DATA_DIR", "DEBUG", "DEMO")
    ours += ("CHANNEL_KEY", "CHANNEL_HOSTS", "CHANNEL_NETWORKS", "SITE_URL")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("PYTEST", "DJANGO", "MAKE"))
    }
    # What tests count there, they have made themselves.
    return kept | {"DEMO_STORY": "0"} | more


class Product:
    """One `python -m ops.supervisor`. `url` ends with a slash; `data` is its data folder."""

    def __init__(self, data: Path, **environment: str):
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.environment = bare_environment(DATA_DIR=str(data), **environment)
        self.output: Output | None = None
        self.process: subprocess.Popen | None = None

    def launch(self) -> Output:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ops.supervisor", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = Output(self.process)
        return self.output

    def start(self) -> "Product":
        self.launch().wait_for("已就绪")
        return self

    def stop(self) -> int:
        """End it as Ctrl-C would; give its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def health(self) -> dict:
        with urllib.request.urlopen(f"{self.url}health/ready/", timeout=5) as answer:
            return json.load(answer)

    def children(self) -> dict[str, int]:
        """Process numbers by what they run: postgres, valkey, web, worker, sender …."""
        listing = subprocess.run(
            ["ps", "-ww", "--ppid", str(self.process.pid), "-o", "pid=,args="],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        marks = {
            "bin/postgres": "postgres",
            "valkey-server": "valkey",
            "uvicorn": "web",
            "--queues sender": "sender",
            " worker ": "worker",
            " beat ": "beat",
            "watchdog": "watchdog",
        }
        found = {}
        for line in listing.splitlines():
            number, _, command = line.strip().partition(" ")
            for mark, name in marks.items():
                if mark in command:
                    found[name] = int(number)
                    break
        return found
