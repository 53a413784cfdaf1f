"""People at their devices: each a browser context of its own, with its browser's complaints."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from ops import demo

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
# Machines that run tests are busy; how fast the product is, is measured elsewhere (make bench).
# A page without its live hint asks again after 15 s; a busy machine answers a little later.
PATIENCE = 25_000  # ms
expect.set_options(timeout=PATIENCE)
PHONE = (390, 844)
DESK = (1440, 900)
# A refusal is shown as a page of its own with this status; the browser logs it all the same.
REFUSED = re.compile(r"Failed to load resource: .* status of (409|422)")
# Visitors whose browsers keep nothing for later have that said by Playwright, not by the page.
KEEPS_NOTHING = "Service Worker registration blocked by Playwright"
# Who moves on while a part of the page is on its way breaks it off. What fails otherwise has a line
# of its own (htmx:responseError, htmx:sendError, htmx:swapError).
BROKEN_OFF = re.compile(r"htmx:(sendAbort|afterRequest)\b")


class Visitor:
    """One person, or nobody in particular, at one device.

    `complaints` collects what no page may cause: errors of scripts, refused resources, violations
    of the content security policy.
    """

    def __init__(self, browser: Browser, url: str, **device: Any):
        width, height = device.pop("size", DESK)
        # Each visitor's browser is new and would fetch everything that it keeps for later anew.
        device.setdefault("service_workers", "block")
        self.context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **device,
        )
        self.context.set_default_timeout(2 * PATIENCE)
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(f"script error: {error}"))

    def go(self, path: str) -> Page:
        """Open an address and wait until the first requests of its live parts are answered."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400 or answer.status == 409, f"{path}: {answer.status}"
        return self.page

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page under build/screenshots/."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        # Hiding the caret would write styles into fields, which the policy rightly refuses.
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, caret="initial")

    def close(self) -> None:
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith(KEEPS_NOTHING) or BROKEN_OFF.match(message.text):
            return
        if message.type in ("error", "warning") and not REFUSED.match(message.text):
            self._complain(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.page.url}: {words}")


class Visitors:
    """Makes visitors, signs them in once a person, and closes them all at the end of a test."""

    def __init__(self, browser: Browser, url: str, kept_sessions: dict[str, Any]):
        self.browser = browser
        self.url = url
        self.kept_sessions = kept_sessions
        self.all: list[Visitor] = []

    def anonymous(self, **device: Any) -> Visitor:
        visitor = Visitor(self.browser, self.url, **device)
        self.all.append(visitor)
        return visitor

    def person(self, username: str, **device: Any) -> Visitor:
        """Somebody with an account of the demo hospital, signed in."""
        if username not in self.kept_sessions:
            visitor = self.anonymous(**device)
            sign_in(visitor, username)
            self.kept_sessions[username] = visitor.context.storage_state()
            return visitor
        return self.anonymous(**device, storage_state=self.kept_sessions[username])

    @property
    def complaints(self) -> list[str]:
        return [words for visitor in self.all for words in visitor.complaints]

    def close(self) -> None:
        for visitor in self.all:
            visitor.close()


def sign_in(visitor: Visitor, username: str) -> None:
    """By the sign-in form, as a person would."""
    page = visitor.go("/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(demo.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


def choose(page: Page, field: str, words: str | re.Pattern[str]) -> None:
    """Press one chip of a form's field, by what stands on it."""
    chips = page.locator("label.chip").filter(has=page.locator(f"input[name='{field}']"))
    if isinstance(words, str):
        words = re.compile(rf"^\s*{re.escape(words)}\s*$")
    chip = chips.filter(has_text=words)
    if not chip.locator("input").is_checked():
        chip.click()
