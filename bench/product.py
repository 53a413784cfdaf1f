"""The things under test: PostgreSQL with durable commits, Valkey, and servers of the product."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from ops.embedded import Postgres, Valkey, free_port, new_password
from ops.engines import Engines, service_account

ROOT = Path(__file__).resolve().parent.parent


class Surroundings:
    """A database and a Valkey of their own in a temporary folder, with the demo hospital.

    Takes further variables of the environment.
    """

    def __init__(self, **environment: str) -> None:
        self._more = environment
        self.folder = Path(tempfile.mkdtemp(prefix="yingji-bench-"))
        self.folder.chmod(0o711)
        account = service_account(self.folder)
        engines = Engines(self.folder, account)
        self.postgres = Postgres(
            self.folder / "postgres",
            engines=engines,
            log=self.folder / "postgres.log",
            password=new_password(),
            account=account,
            durable=True,
        )
        self.valkey = Valkey(
            self.folder / "valkey",
            engines=engines,
            log=self.folder / "valkey.log",
            password=new_password(),
            account=account,
        )
        self.environment: dict[str, str] = {}

    def __enter__(self) -> "Surroundings":
        self.postgres.start()
        self.valkey.start()
        data = self.folder / "data"
        (data / "static").mkdir(parents=True)
        self.environment = dict(os.environ) | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "DATA_DIR": str(data),
            "SECRET_KEY": new_password() * 2,
            "JOURNAL_KEY": new_password(),
            "DEMO": "1",
            "DEMO_STORY": "0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **self._more,
        }
        self.manage("prepare")
        return self

    def __exit__(self, *error: object) -> None:
        self.postgres.stop()
        self.valkey.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def sql(self, statement: str, values: list[object] | None = None) -> list[tuple]:
        """Run one statement, committed; gives its rows, if any."""
        with contextlib.closing(psycopg2.connect(self.postgres.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def server(
        self, application: str = "config.asgi:application", **environment: str
    ) -> Iterator[int]:
        """The product's own uvicorn, as `make run` starts it; gives its port."""
        port = free_port()
        log = self.folder / "web.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "uvicorn", application),
                    *("--host", "127.0.0.1", "--port", str(port), "--no-access-log"),
                    *("--timeout-graceful-shutdown", "3", "--log-level", "warning"),
                ],
                cwd=ROOT,
                env=self.environment | environment,
                stdout=output,
                stderr=output,
            )
        try:
            wait_for(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until it answers at all. Raises RuntimeError with the end of its log."""
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
