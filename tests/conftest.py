"""The test run's own PostgreSQL and Valkey, and a running product for browser tests.

Started once a run by the controlling process; workers of pytest-xdist find the addresses in their
environment. With DATABASE_URL set, the run uses that server (and REDIS_URL) instead.
"""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings

from ops.embedded import Postgres, Valkey, new_password
from ops.engines import Engines, service_account
from tests import tables

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
SERVERS: list[Postgres | Valkey] = []
FOLDER: list[Path] = []
AHEAD: list[subprocess.Popen[bytes]] = []


def _start_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="yingji-test-"))
    FOLDER.append(folder)
    folder.chmod(0o711)
    account = service_account(folder)
    engines = Engines(folder, account)
    if "DATABASE_URL" not in os.environ:
        postgres = Postgres(
            folder / "postgres",
            engines=engines,
            log=folder / "postgres.log",
            password=new_password(),
            account=account,
            durable=False,
        )
        postgres.start()
        SERVERS.append(postgres)
        # The superuser: it makes databases, and it is the attacker whom the journal must survive.
        os.environ["DATABASE_URL"] = postgres.superuser_url
    if "REDIS_URL" not in os.environ:
        valkey = Valkey(
            folder / "valkey",
            engines=engines,
            log=folder / "valkey.log",
            password=new_password(),
            account=account,
            durable=False,
        )
        valkey.start()
        SERVERS.append(valkey)
        os.environ["REDIS_URL"] = valkey.url
    os.environ["DATA_DIR"] = str(folder / "data")
    (folder / "data" / "static").mkdir(parents=True)


def _stop_servers() -> None:
    for server in SERVERS:
        server.stop()
    for folder in FOLDER:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare_environment() -> None:
    """Must be done before pytest-django loads the settings, hence at import of this file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", "test-" + "s" * 50)
    os.environ.setdefault("JOURNAL_KEY", "test-" + "j" * 50)
    os.environ.setdefault("CHANNEL_KEY", "dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3QtdGU=")
    os.environ.setdefault("SITE_URL", "https://yingji.example.org")
    if not IS_WORKER:
        _start_servers()
    else:
        # One numbered database of Valkey for each worker: they must not hear one another.
        number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
        base, _, _ = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{base}/{number}"


# What the program itself consists of is no garbage: it is not looked through while it is read, and
# afterwards never again (`pytest_collection_finish`). A fifth of the time that all tests take.
gc.disable()
_prepare_environment()
# pytest-django looked for settings before this file could name them.
django.setup()
# Argon2 is slow on purpose; thousands of tests that make a hospital need no such protection.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test on a busy machine may think for a minute in the middle of its transaction.
settings.DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"
# Else each test's client walks over all static files before its first request.
settings.WHITENOISE_AUTOREFRESH = True
# Each worker keeps files in a folder of its own: what one writes is no surprise to another.
settings.MEDIA_ROOT = settings.DATA_DIR / os.environ.get("PYTEST_XDIST_WORKER", "alone") / "files"


@pytest.fixture
def open_folder():
    """A folder that the servers' own account may enter; pytest closes its own to others."""
    folder = Path(tempfile.mkdtemp(prefix="yingji-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The whole product, once a run: web, worker, beat and watchdog with the demo hospital.

    Has its own database, so what tests do there is seen by nobody else. Use `site.url`.
    """
    from tests.running import Product, redis_of_its_own
    from tests.tables import make_database

    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    product = Product(
        tmp_path_factory.mktemp("site") / "var",
        DATABASE_URL=make_database(f"yingji_site_{worker}", with_tables=True),
        REDIS_URL=redis_of_its_own(8 + int(worker.removeprefix("gw")) % 8),
        DEMO="1",
    )
    product.start()
    yield product
    product.stop()


# Before xdist writes the groups into the tests' names.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """A test that lives in tests/e2e drives a browser; no need to say so again in each file.

    Whoever needs the running product goes to the same worker: one of it is heavy enough.
    """
    for item in items:
        if "e2e" in Path(item.fspath).parent.parts:
            item.add_marker(pytest.mark.e2e)
        if "site" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("site"))
        if "host" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("host"))


def pytest_collection_finish() -> None:
    gc.freeze()
    # A test makes and forgets some ten thousand things.
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_sessionstart(session) -> None:
    """While the workers look for their tests, the tables are made that each of them will copy."""
    if session.config.getoption("numprocesses", None) and not session.config.option.collectonly:
        AHEAD.append(subprocess.Popen([sys.executable, "-m", "tests.tables"], cwd=tables.ROOT))


def pytest_unconfigure() -> None:
    if not IS_WORKER:
        for process in AHEAD:
            process.terminate()
            process.wait()
        _stop_servers()


@pytest.fixture(scope="session", autouse=True)
def _journal_yields_to_the_test_database():
    """Tests with real transactions empty every table afterwards; the journal's trigger refuses."""
    from django.db import connection
    from django.test import TransactionTestCase

    plain_teardown = TransactionTestCase._fixture_teardown

    def teardown(self):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            plain_teardown(self)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = plain_teardown


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The database of the tests is a copy of the one in which the tables have been made."""
    from django.db import connections

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = tables.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The demo hospital is made once a worker; each test begins with it and rolls back to it.

    Made in a past that no test travels beyond, so that its plan is in force whenever one plays.
    After the tests that empty every table, `make` makes it again for each.
    """
    import time_machine

    from tests import make

    with django_db_blocker.unblock(), time_machine.travel("2020-01-06 08:00+08:00"):
        make.hospital()


@pytest.fixture(scope="session", autouse=True)
def _a_relay_is_not_cut_short():
    """A call of the relay ends after some tenths of a second; a machine of tests may be slow."""
    from journal import relay

    relay.BUDGET = float("inf")
