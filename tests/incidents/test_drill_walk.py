"""Every page about a drill says so: in the first word of its title, and in a striped band.

Walks the table of all addresses, so that a new page is walked as well.
"""

import re
from functools import partial
from typing import Any

import pytest
from django.test import Client

from incidents.models import Incident
from tests import make, test_permissions
from tests.notices import making

pytestmark = pytest.mark.django_db
WATCHERS = ("leader", "it", "cs", "department", "admin")


@pytest.fixture
def _all_drills(monkeypatch):
    """A world in which every incident is a drill."""
    monkeypatch.setattr(make, "report", partial(make.report, is_drill=True))


@pytest.fixture
def keys(_all_drills) -> dict[str, Any]:
    found = test_permissions.keys.__wrapped__()
    found["notice"] = making.published(make.incident("repairing")).pk
    return found


def pages(keys, who):
    """Every page about one thing that this person gets, with its address."""
    client = Client()
    client.force_login(make.person(who))
    for name, rows in test_permissions.TABLE.items():
        for row in rows if isinstance(rows, list) else [rows]:
            if row.post is not None or name.startswith("api:") or name == "journal:live":
                continue
            url = test_permissions.address(name, row, keys)
            answer = client.get(url)
            is_html = not answer.streaming and "html" in answer.headers.get("Content-Type", "")
            if answer.status_code == 200 and is_html and b"<title>" in answer.content:
                yield name, url, answer.content.decode()


@pytest.mark.parametrize("who", WATCHERS)
def test_every_page_about_a_drill_is_marked(keys, who):
    about = re.compile("|".join(row.number for row in Incident.objects.all()))
    walked, unmarked = set(), []
    for name, url, html in pages(keys, who):
        _frame, _begin, main = html.partition("<main")
        is_of_one = re.search(r"/\d+/", url) and about.search(main)
        if not is_of_one or name in ABOUT_OTHERS:
            continue
        walked.add(name)
        if "<title>【演练】" not in html or "band--drill" not in html:
            unmarked.append(url)
    assert not unmarked
    assert {"incidents:detail", "incidents:timeline", "notices:incident"} <= walked


# Pages about something else, which name incidents in passing.
ABOUT_OTHERS: set[str] = set()


def test_no_page_about_what_is_real_is_marked(client):
    client.force_login(make.person("leader"))
    real = make.incident("repairing")
    make.report(is_drill=True)
    for url in (real.get_absolute_url(), "/dashboard/", "/status/"):
        html = client.get(url).content.decode()
        assert "<title>【演练】" not in html
        assert "band--drill" not in html
