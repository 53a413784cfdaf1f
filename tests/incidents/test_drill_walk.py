"""Every page about a drill says so: in the first word of its title, and in a striped band; and so
does every document, on each of its pages.

Walks the table of all addresses, so that a new page or document is walked as well.
"""

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import docx
import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from incidents.models import Incident
from plans.marks import DRILL
from tests import make, test_permissions
from tests.lasting import lasting
from tests.notices import making

pytestmark = pytest.mark.django_db
WATCHERS = ("leader", "it", "cs", "department", "admin")


@pytest.fixture(scope="module")
def keys(django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    with lasting(django_db_blocker, all_drills) as found:
        yield found


def all_drills() -> dict[str, Any]:
    """A world in which every incident is a drill."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "report", partial(make.report, is_drill=True))
        found = test_permissions.world()
        found["notice"] = making.published(make.incident("repairing")).pk
    return found


def answers(keys, who):
    """Everything about something that this person gets, with its address: name, address, kind,
    content."""
    client = Client()
    client.force_login(make.person(who))
    for name, rows in test_permissions.TABLE.items():
        for row in rows if isinstance(rows, list) else [rows]:
            if row.post is not None or name.startswith("api:") or name == "journal:live":
                continue
            if who not in row.allowed:
                continue
            url = test_permissions.address(name, row, keys)
            answer = client.get(url)
            if answer.status_code == 200:
                kind = answer.headers.get("Content-Type", "").partition(";")[0]
                yield name, url, kind, answer.getvalue()


def pages(keys, who):
    """Every whole page among them."""
    for name, url, kind, content in answers(keys, who):
        if kind == "text/html" and b"<title>" in content:
            yield name, url, content.decode()


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


def leaves(kind: str, content: bytes) -> Iterator[str]:
    """The words of a document, page by page or sheet by sheet."""
    if kind == "application/pdf":
        for page in PdfDocument(content):
            yield page.get_textpage().get_text_range()
    elif kind.endswith("wordprocessingml.document"):
        file = docx.Document(io.BytesIO(content))
        for section in file.sections:
            yield "".join(paragraph.text for paragraph in section.header.paragraphs)
    elif kind.endswith("spreadsheetml.sheet"):
        for sheet in load_workbook(io.BytesIO(content)):
            yield " ".join(str(cell) for row in sheet.values for cell in row if cell)
    else:
        yield content.decode()


def test_every_document_of_a_drill_is_marked_on_every_page(keys):
    walked, unmarked = set(), []
    for name, url, kind, content in answers(keys, "leader"):
        if kind == "text/html" or not re.search(r"\d", url) or name in OF_NO_INCIDENT | BROUGHT_IN:
            continue
        walked.add(name)
        bare = [place for place, words in enumerate(leaves(kind, content)) if DRILL not in words]
        if bare or not content:
            unmarked.append((url, bare))
    assert not unmarked
    # As Word files: tests/reviews/test_drill_report.py, tests/incidents/test_law_report.py.
    assert walked == {
        "drills:record_pdf",
        "incidents:batch_export",
        "incidents:law_file",
        "notices:sign_pdf",
        "reviews:report_file",
    }


OF_NO_INCIDENT = {
    *("plans:docx", "plans:pdf", "plans:yaml", "teams:roster_sheet"),
    *("training:calendar", "training:certificate"),
}
# Files that people handed in are given out as they are.
BROUGHT_IN = {"incidents:file", "inventory:receipt_file", "training:material"}


def test_no_page_about_what_is_real_is_marked(client):
    client.force_login(make.person("leader"))
    real = make.incident("repairing")
    make.report(is_drill=True)
    for url in (real.get_absolute_url(), "/dashboard/", "/status/"):
        html = client.get(url).content.decode()
        assert "<title>【演练】" not in html
        assert "band--drill" not in html
