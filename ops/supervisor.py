"""`make run`: the whole product under one process, from an empty folder to an address.

    python -m ops.supervisor [--port 8000] [--host 127.0.0.1]

Starts PostgreSQL and Valkey unless DATABASE_URL and REDIS_URL name others, prepares the database,
then runs web, worker, beat and watchdog. Everything ends with it. All trouble is told in one plain
sentence; nothing here shows a traceback to a person who only wanted to start it.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
import urllib.request
from pathlib import Path

from ops.children import Child, last_words
from ops.embedded import Postgres, Valkey
from ops.engines import Engines, service_account
from ops.keys import keys_in
from ops.parts import parts
from ops.preflight import (
    BASE,
    check_database,
    check_port,
    check_space,
    data_folder,
    in_words,
    only_one,
    own_names,
    port_named,
    shorten_logs,
)
from ops.prepared import is_prepared
from ops.processes import CannotStart, die_with_parent, spawn

PATIENCE_FOR_BEAT = 20.0


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, `kill`, a closed terminal."""


def say(sentence: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # The terminal may be gone already.
        print(sentence, flush=True)


class Supervisor:
    """One run. `host` and `port` are where the product answers."""

    def __init__(self, host: str, port: int):
        self.host = host
        self.port = port
        self.data = Path()
        self.children: list[Child] = []
        self.servers: list[Child] = []
        self.environment = dict(os.environ)
        self.welcome: list[str] = []

    # The way up ---------------------------------------------------------------------------------

    def run(self) -> None:
        """Start everything and stay until Stopped or CannotStart. Nothing is left running."""
        began = time.monotonic()
        self.data = data_folder()
        with only_one(self.data, self.address):
            check_port(self.host, self.port)
            check_space(self.data)
            shorten_logs(self.data / "logs")
            try:
                self._start_servers()
                self._prepare()
                self._start_product()
                self._wait_ready()
                self._greet(time.monotonic() - began)
                while True:
                    self._look()
                    time.sleep(0.2)
            finally:
                self._stop()

    @property
    def address(self) -> str:
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{shown}:{self.port}/"

    def _start_servers(self) -> None:
        keys = keys_in(self.data)
        account = service_account(self.data)
        self.environment |= {
            "DATA_DIR": str(self.data),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or keys.secret_key,
            "JOURNAL_KEY": os.environ.get("JOURNAL_KEY") or keys.journal_key,
            "CHANNEL_KEY": os.environ.get("CHANNEL_KEY") or keys.channel_key,
            "SITE_URL": os.environ.get("SITE_URL") or self.address,
            "DEMO": os.environ.get("DEMO") or "1",
            "PYTHONUNBUFFERED": "1",
            "CELERY_SKIP_CHECKS": "1",  # `make check` runs them; at each start they cost a second.
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        if not os.environ.get("ALLOWED_HOSTS"):
            self.environment["ALLOWED_HOSTS"] = ",".join(own_names(self.host))
        engines = None
        if os.environ.get("DATABASE_URL"):
            check_database(os.environ["DATABASE_URL"])
            say("数据库：使用 DATABASE_URL 指定的 PostgreSQL。 (Using your PostgreSQL.)")
        else:
            engines = Engines(self.data, account)
            new = not (self.data / "postgres").exists()
            say(
                "数据库：第一次启动，正在建立…… (Making the database.)"
                if new
                else "数据库：正在启动…… (Starting PostgreSQL.)"
            )
            postgres = Postgres(
                self.data / "postgres",
                engines=engines,
                log=self._log("postgres"),
                password=keys.postgres_password,
                account=account,
            )
            self._serve(postgres, signal.SIGINT, essential=True)
            self.environment["DATABASE_URL"] = postgres.url
        if os.environ.get("REDIS_URL"):
            say("消息队列：使用 REDIS_URL 指定的服务。 (Using your Redis.)")
        else:
            engines = engines or Engines(self.data, account)
            say("消息队列：正在启动…… (Starting Valkey.)")
            valkey = Valkey(
                self.data / "valkey",
                engines=engines,
                log=self._log("valkey"),
                password=keys.valkey_password,
                account=account,
            )
            self._serve(valkey, signal.SIGTERM, essential=False)
            self.environment["REDIS_URL"] = valkey.url
        self._leave_note()

    def _serve(self, server: Postgres | Valkey, by: signal.Signals, *, essential: bool) -> None:
        child = Child(server.title, server.launch, server.log, essential, by, patience=30)
        # Known before it starts: an interrupted start must end it too.
        self.servers.append(child)
        try:
            server.start()
        finally:
            child.process = server.process

    def _leave_note(self) -> None:
        """Addresses and keys of this run for `make manage`, readable by the owner alone."""
        names = (
            *("DATA_DIR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JOURNAL_KEY"),
            *("CHANNEL_KEY", "SITE_URL", "DEMO"),
        )
        note = self.data / "environment.json"
        note.unlink(missing_ok=True)
        note.touch(mode=0o600)
        note.write_text(json.dumps({name: self.environment[name] for name in names}))

    def _prepare(self) -> None:
        """Tables and, in an empty demo, the hospital; its progress is shown line by line.

        A database that this code has prepared before is left alone: that saves a second.
        """
        welcome = self.data / "welcome.txt"
        if is_prepared(self.environment["DATABASE_URL"]):
            if not self._is_demo():
                return
            with contextlib.suppress(FileNotFoundError):
                self.welcome = welcome.read_text(encoding="utf-8").splitlines()
                return
        say("数据表：正在检查…… (Checking tables.)")
        log = self._log("prepare")
        with (
            log.open("ab") as errors,
            subprocess.Popen(
                [sys.executable, "manage.py", "prepare", "--welcome"],
                cwd=BASE,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                start_new_session=True,
                preexec_fn=die_with_parent(),
            ) as process,
        ):
            try:
                for line in process.stdout or ():
                    if line.startswith("> "):
                        self.welcome.append(line[2:].rstrip("\n"))
                    else:
                        say("  " + line.rstrip("\n"))
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            raise CannotStart(f"数据库准备失败。{last_words(log)} (Preparing the database failed.)")
        if self._is_demo():
            welcome.write_text("\n".join(self.welcome), encoding="utf-8")

    def _is_demo(self) -> bool:
        return self.environment["DEMO"].lower() in ("1", "true", "yes", "on")

    def _start_product(self) -> None:
        say(
            "服务：正在启动网页、任务、发送、节拍和看门狗……"
            " (Starting web, worker, sender, beat, watchdog.)"
        )
        for title, essential, arguments in parts(self.host, self.port):
            child = Child(title, self._launcher(title, arguments), self._log(title), essential)
            self.children.append(child)
            child.start()

    def _launcher(self, title: str, arguments: list[str]):
        def launch() -> subprocess.Popen[bytes]:
            log = self._log(title)
            return spawn(arguments, log=log, environment=self.environment, directory=BASE)

        return launch

    def _wait_ready(self, within: float = 120.0) -> None:
        """Until pages are answered and a beat has travelled beat → Redis → worker → PostgreSQL.

        Pages without that beat are good enough after a while: the watchdog does its work.
        """
        began = time.monotonic()
        while (waited := time.monotonic() - began) < within:
            self._look()
            health = _health(self.address, self.environment)
            if health.get("status") == "ok":
                return
            if health.get("status") == "degraded" and waited > PATIENCE_FOR_BEAT:
                say(
                    "注意：消息队列或节拍不正常，网页可用，到期事项由看门狗处理。"
                    f" (Degraded: {json.dumps(health)})"
                )
                return
            time.sleep(0.1)
        raise CannotStart(
            f"等了 {within:g} 秒，服务仍未就绪。请看日志：{self.data / 'logs'}。"
            " (Not ready in time: see the logs.)"
        )

    def _greet(self, seconds: float) -> None:
        say("")
        say(f"已就绪（{seconds:.1f} 秒）。 Ready.   地址 Address:  {self.address}")
        for line in self.welcome:
            say(line)
        say(f"数据和日志在 Data and logs: {self.data}")
        say("按 Ctrl-C 结束。 Ctrl-C ends everything.")

    # The way down -------------------------------------------------------------------------------

    def _look(self) -> None:
        for child in (*self.servers, *self.children):
            child.look(say)

    def _stop(self) -> None:
        """The product first, side by side; then what it stands on, PostgreSQL last."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # An impatient second Ctrl-C changes nothing.
        if self.children or self.servers:
            say("正在结束…… (Ending.)")
        for child in self.children:
            child.ask_to_stop()
        for child in (*self.children, *reversed(self.servers)):
            if not child.stop():
                say(f"{child.title} 没有按时结束，已强制结束。 ({child.title} had to be killed.)")
        (self.data / "environment.json").unlink(missing_ok=True)

    def _log(self, name: str) -> Path:
        return self.data / "logs" / f"{name}.log"


def _health(address: str, environment: dict[str, str]) -> dict:
    request = urllib.request.Request(  # noqa: S310
        f"{address}health/ready/", headers={"Host": environment["ALLOWED_HOSTS"].split(",")[0]}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return json.load(answer)
    except (OSError, ValueError):
        return {}


def _stop_on(number: int, _frame: object) -> None:
    raise Stopped(signal.Signals(number).name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
    arguments = parser.parse_args()
    try:
        port = port_named(arguments.port)
    except CannotStart as reason:
        say(f"停止：{reason}")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_on)
    if "MAKELEVEL" in os.environ:
        die_with_parent()()
    supervisor = Supervisor(arguments.host, port)
    try:
        supervisor.run()
    except Stopped:
        say("已结束。 (Ended.)")
        return 0
    except CannotStart as reason:
        say(f"停止：{reason}")
        return 1
    except OSError as error:
        say(f"停止：{in_words(error)}")
        return 1
    except Exception as error:
        # A fault of ours: the whole story goes to a file, the person gets a sentence.
        report = supervisor.data / "logs" / "supervisor.log"
        with contextlib.suppress(OSError), report.open("a", encoding="utf-8") as story:
            traceback.print_exc(file=story)
        say(f"停止：启动程序自身出错（{type(error).__name__}: {error}），详见 {report}。")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
