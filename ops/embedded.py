"""PostgreSQL and Valkey as child processes on the loopback interface, each with a password.

Used by the supervisor (`make run`), by the test run and by the benchmark. Only the standard
library and psycopg2: the settings are not loaded yet, they need the addresses made here.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg2

from ops.engines import Engines, named_account
from ops.processes import (
    Account,
    CannotStart,
    end,
    is_alive,
    last_lines,
    run_as,
    spawn,
    wait_until_gone,
)

LOOPBACK = "127.0.0.1"
# A commit that was acknowledged survives a power cut; the product promises it for every 2xx.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


class Postgres:
    """One cluster in `folder`, with a database `yingji` owned by a role that is no superuser."""

    title = "PostgreSQL"

    def __init__(
        self,
        folder: Path,
        *,
        engines: Engines,
        log: Path,
        password: str,
        account: Account | None = None,
        durable: bool = True,
    ):
        self.folder = folder
        self.programs = engines.postgres
        self.log = log
        self.password = password
        self.account = account
        self.durable = durable
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For the product: the owner of its tables, without other rights."""
        return f"postgres://yingji:{self.password}@{LOOPBACK}:{self.port}/yingji"

    @property
    def superuser_url(self) -> str:
        return f"postgres://postgres:{self.password}@{LOOPBACK}:{self.port}/yingji"

    def start(self) -> None:
        """Make the cluster if there is none, start it and wait until it takes connections."""
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster()
        self._check_version()
        for _ in range(3):
            if self._wait_ready(self.launch()):
                self._make_database()
                return
            if "could not bind" not in "\n".join(last_lines(self.log, 30)):
                break
            self.port = free_port()  # Somebody took it between our look and our start.
        raise CannotStart(_why_not(self.title, self.log))

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server process on the known port, without waiting for it."""
        self._clear_left_over()
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "250",
            "shared_buffers": "128MB",
            "max_wal_size": "512MB",
            "jit": "off",
            "log_timezone": "UTC",
            **(DURABLE if self.durable else FORGETFUL),
        }
        arguments: list[str | Path] = [self.programs / "postgres", "-D", self.folder]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        # SIGINT is the fast shutdown: clients are cut off, the data is written, no wait.
        self.process = spawn(
            arguments,
            log=self.log,
            account=self.account,
            directory=self.folder,
            death_signal=signal.SIGINT,
        )
        return self.process

    def is_ready(self) -> bool:
        try:
            psycopg2.connect(
                host=LOOPBACK,
                port=self.port,
                user="postgres",
                password=self.password,
                dbname="postgres",
                connect_timeout=2,
            ).close()
        except psycopg2.OperationalError:
            return False
        return True

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, by=signal.SIGINT, within=20)

    def _wait_ready(self, process: subprocess.Popen[bytes], within: float = 60.0) -> bool:
        # Replaying the log after a power cut takes its time, hence the long patience.
        give_up = time.monotonic() + within
        while process.poll() is None and time.monotonic() < give_up:
            if self.is_ready():
                return True
            time.sleep(0.05)
        return False

    def _make_cluster(self) -> None:
        """initdb into a folder beside, then rename: a power cut leaves no half cluster."""
        unfinished = self.folder.with_name(self.folder.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        secret = unfinished.with_name("password.unfinished")
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        # initdb asks for its own account's name; the server itself does not.
        maker = None if self.account is None else named_account()
        if maker is not None:
            os.chown(unfinished, maker.uid, maker.gid)
            os.chown(secret, maker.uid, maker.gid)
        arguments: list[str | Path] = [
            self.programs / "initdb",
            "--pgdata",
            unfinished,
            "--username=postgres",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        if not self.durable:
            arguments.append("--no-sync")
        try:
            made = run_as(arguments, maker, directory=unfinished)
        finally:
            secret.unlink(missing_ok=True)
        if made.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            self.log.write_text(made.stdout + made.stderr)
            raise CannotStart(_why_not(self.title, self.log))
        if self.account is not None:
            for path in (unfinished, *unfinished.rglob("*")):
                os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)
        unfinished.rename(self.folder)

    def _check_version(self) -> None:
        owner = self.folder.stat().st_uid
        if self.account is None and owner != os.geteuid():
            raise CannotStart(
                f"数据库文件属于另一个用户（uid {owner}）：{self.folder}。请用同一个用户运行。"
                " (The database belongs to another user: start as that user.)"
            )
        stored = (self.folder / "PG_VERSION").read_text().strip()
        ours = run_as([self.programs / "postgres", "--version"], self.account).stdout.split()[-1]
        if stored != ours.split(".")[0]:
            raise CannotStart(
                f"数据由 PostgreSQL {stored} 写成，现在的程序是 {ours}。请先备份并按"
                " docs/operations.md 迁移。 (The data was written by another PostgreSQL version.)"
            )

    def _clear_left_over(self) -> None:
        """Deal with `postmaster.pid` of an earlier run; the caller holds the folder's lock.

        After a power cut the number in it may belong to anything. A server that still runs on this
        folder (its supervisor was killed) is ended; otherwise the file is only a leftover.
        """
        note = self.folder / "postmaster.pid"
        try:
            pid = int(note.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            note.unlink(missing_ok=True)
            return
        if is_alive(pid) and _works_in(pid, self.folder):
            os.kill(pid, signal.SIGINT)
            if not wait_until_gone(pid, within=20):
                raise CannotStart(
                    f"上一次的数据库进程 {pid} 还没有结束，请稍后再试。"
                    " (The database of the last run is still ending.)"
                )
        note.unlink(missing_ok=True)

    def _make_database(self) -> None:
        connection = psycopg2.connect(
            host=LOOPBACK,
            port=self.port,
            user="postgres",
            password=self.password,
            dbname="postgres",
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'yingji'")
                if cursor.fetchone() is None:
                    cursor.execute("CREATE ROLE yingji LOGIN PASSWORD %s", [self.password])
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'yingji'")
                if cursor.fetchone() is None:
                    cursor.execute("CREATE DATABASE yingji OWNER yingji")
        finally:
            connection.close()


class Valkey:
    """The broker and the wire for live pages. Its content may be lost; a file keeps it anyway."""

    title = "Valkey"

    def __init__(
        self,
        folder: Path,
        *,
        engines: Engines,
        log: Path,
        password: str,
        account: Account | None = None,
        durable: bool = True,
    ):
        self.folder = folder
        self.program = engines.valkey
        self.log = log
        self.password = password
        self.account = account
        self.durable = durable
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        for _ in range(3):
            if self._wait_ready(self.launch()):
                return
            if "Address already in use" not in "\n".join(last_lines(self.log, 30)):
                break
            self.port = free_port()
        raise CannotStart(_why_not(self.title, self.log))

    def launch(self) -> subprocess.Popen[bytes]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In a file, not among the arguments: those can be read by everybody on the machine.
        configuration = self.folder / "valkey.conf"
        configuration.unlink(missing_ok=True)
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"bind {LOOPBACK}\nport {self.port}\nrequirepass {self.password}\n"
            f'appendonly {"yes" if self.durable else "no"}\nsave ""\n'
            "maxmemory-policy noeviction\nloglevel warning\n"
        )
        if self.account is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.account.uid, self.account.gid)
        self.process = spawn(
            [self.program, configuration],
            log=self.log,
            account=self.account,
            directory=self.folder,
        )
        return self.process

    def is_ready(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = line.recv(256)
                    if not part:
                        return False
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, within=10)

    def _wait_ready(self, process: subprocess.Popen[bytes], within: float = 20.0) -> bool:
        give_up = time.monotonic() + within
        while process.poll() is None and time.monotonic() < give_up:
            if self.is_ready():
                return True
            time.sleep(0.02)
        return False


def new_password() -> str:
    return secrets.token_urlsafe(24)


def _works_in(pid: int, folder: Path) -> bool:
    """Does the process run in `folder`? The server changes into its cluster and stays there."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == folder.resolve()
    except OSError:
        listing = run_as(["ps", "-o", "command=", "-p", str(pid)], None).stdout
        return str(folder) in listing


def _why_not(title: str, log: Path) -> str:
    """One sentence for a server that did not come up, with the cause where we can tell it."""
    lines = last_lines(log, 30)
    if any("No space left on device" in line for line in lines):
        return f"磁盘已满，{title} 无法启动。请腾出空间后再试。 (The disk is full.)"
    cause = next(
        (line for line in reversed(lines) if "FATAL" in line or "error" in line.lower()),
        lines[-1] if lines else "?",
    )
    return f"{title} 没能启动：{cause}（详见 {log}）。 ({title} did not start.)"
