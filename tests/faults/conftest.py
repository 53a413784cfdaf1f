"""Full sizes are marked `faults` and run by `make faults`; the small ones by `make test`."""

import os

import pytest
from django.db import connection

from journal.models import Incarnation
from ops.prepared import fingerprint, is_prepared
from tests.faults.place import Nursery, Place, copy_of, drop, looking_at
from tests.tables import make_database


def pytest_collection_modifyitems(config, items) -> None:
    """Full sizes run only where somebody asks for them by their mark."""
    asked = "faults" in config.getoption("markexpr", "")
    left_out = []
    for item in list(items):
        if item.get_closest_marker("faults") and not asked:
            left_out.append(item)
            items.remove(item)
        elif item.nodeid.startswith("tests/faults/"):
            # One after the other: each of them wants the whole machine.
            item.add_marker(pytest.mark.xdist_group("faults"))
    if left_out:
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def template(django_db_blocker):
    """The URL of a database with the demo hospital in it, to be copied for each fault."""
    import time_machine

    from tests import make

    name = f"yingji_faults_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    # It outlives the run where the server does: making it takes its time.
    if not is_prepared(url):
        url = make_database(name, with_tables=True)
        with django_db_blocker.unblock(), looking_at(url):
            with time_machine.travel("2020-01-06 08:00+08:00"):
                make.hospital()
            with connection.cursor() as cursor:
                cursor.execute("COMMENT ON TABLE django_migrations IS %s", [fingerprint()])
    return url


@pytest.fixture(scope="session")
def nursery():
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def channel_settings(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]
    return settings


@pytest.fixture
def place(template, nursery, channel_settings, django_db_blocker):
    """A database with the hospital, a sink, and nothing that runs yet."""
    url = copy_of(template)
    here = Place(url, nursery)
    channel_settings.DATA_DIR = here.data
    with django_db_blocker.unblock(), looking_at(url):
        # A copy is a database of its own; none of these was restored from a backup.
        Incarnation.objects.all().delete()
        yield here
        here.close()
    drop(url)
