"""A real browser for the running product. `site` (tests/conftest.py) is the product itself."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.beside import Beside
from tests.e2e.visiting import ROOT, Visitors

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


# Not for the whole session: while Playwright's loop runs, Django refuses database work in this
# process, and other rooms' tests need it.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Without one the browser tests are skipped, but never in CI."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        reason = f"no browser installed (looked for {', '.join(PROGRAMS)} on PATH)"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def product(site: Any) -> Iterator[Any]:
    """The running product; its logs stay under build/e2e/ when the run is over."""
    yield site
    kept = ROOT / "build" / "e2e"
    kept.mkdir(parents=True, exist_ok=True)
    for log in (site.data / "logs").glob("*.log"):
        shutil.copy(log, kept / log.name)


@pytest.fixture(scope="session")
def kept_sessions() -> dict[str, Any]:
    """Cookies by username: everybody signs in once."""
    return {}


@pytest.fixture
def visitors(chromium: Browser, product: Any, kept_sessions: dict[str, Any]) -> Iterator[Visitors]:
    """Makes people with browsers, and insists that no page complained in any of them."""
    made = Visitors(chromium, product.url, kept_sessions)
    yield made
    complaints = made.complaints
    made.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def make_there(product: Any) -> Iterator[Any]:
    """Run a line with `tests.make` inside the running product's surroundings; gives its JSON.

    For pages that need an incident in some state: the road there has its own test.
    """
    beside = Beside(product.environment)
    yield beside.run
    beside.close()
