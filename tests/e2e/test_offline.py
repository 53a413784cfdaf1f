"""The network is cut: what is still to be read, what waits, and that it arrives once and truly."""

import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ops import demo
from tests.e2e.cable import BROKEN, PORTAL, Line
from tests.e2e.visiting import PHONE, Visitor, choose

# How many pages the device keeps for the person of this page, and for nobody else.
COPIES = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("copies-"));
    const mine = `copies-${document.body.dataset.person}`;
    if (names.join() !== mine || !navigator.serviceWorker.controller) return 0;
    return (await (await caches.open(mine)).keys()).length;
}"""
# The copies become those of another release; are exactly these pages still of that one?
AGE = """async () => {
    const cache = await caches.open(`copies-${document.body.dataset.person}`);
    for (const request of await cache.keys()) {
        const copy = await cache.match(request);
        const headers = { "X-Kept-At": new Date().toISOString(), "X-Release": "old" };
        await cache.put(request, new Response(await copy.text(), { headers }));
    }
}"""
OLD = """async (paths) => {
    const cache = await caches.open(`copies-${document.body.dataset.person}`);
    const old = [];
    for (const request of await cache.keys()) {
        const copy = await cache.match(request);
        if (copy.headers.get("X-Release") === "old") old.push(new URL(request.url).pathname);
    }
    return old.join() === paths.join();
}"""
# What the worker says when a page asks for the copies.
TOLD = """() => new Promise((hear) => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => hear(data.copies));
    const person = Number(document.body.dataset.person);
    navigator.serviceWorker.controller.postMessage({ person, language: "zh-hans" });
})"""
COPY = re.compile("连不上服务器。这是副本，截至 \\d\\d:\\d\\d")


@pytest.fixture
def line(product: Any) -> Iterator[Line]:
    made = Line(product.url)
    yield made
    made.end()


@pytest.fixture
def device(chromium: Browser, line: Line) -> Iterator[Visitor]:
    """A phone of the hospital, on which the app is kept. A cut line makes browsers complain."""
    made = Visitor(chromium, line.url, size=PHONE, service_workers="allow")
    yield made
    made.close()


def sign_in(page: Page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(demo.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


def begin(device: Visitor, username: str) -> Page:
    """Sign in, and wait until the device has its copies."""
    page = device.go("/accounts/login/")
    sign_in(page, username)
    wait_for_copies(page)
    return page


def wait_for_copies(page: Page, count: int = 6) -> None:
    until(page, COPIES, "the device keeps no copies", count)


def until(page: Page, asked: str, why: str, wanted: Any = True, arg: Any = None) -> None:
    """Ask the page until it says what is wanted; Playwright's own waiting is refused by the policy
    for scripts."""
    give_up = time.monotonic() + 150
    while page.evaluate(asked, arg) != wanted:
        assert time.monotonic() < give_up, why
        page.wait_for_timeout(200)


def file_report(page: Page, words: str) -> None:
    choose(page, "services", "挂号")
    page.get_by_label("看到了什么？").fill(words)
    page.get_by_role("button", name="报告", exact=True).click()


def waiting(page: Page) -> Any:
    return page.locator("article[data-entry]")


def made_of(make_there: Any, words: str) -> list[Any]:
    return make_there(
        "[[it.reporter.username, (it.reported_at - it.filed_at).total_seconds(), it.device_ahead]"
        f" for it in make.Incident.objects.filter(seen={words!r})]"
    )


def test_a_report_without_network_arrives_once_with_its_true_time(
    device: Visitor, line: Line, make_there: Any
):
    words = f"断网，挂号不动 {uuid.uuid4()}"
    page = begin(device, "chuangkou")
    device.go("/report/")
    line.cut()
    page.reload()
    expect(page.locator("[data-copy-band]")).to_have_text(COPY, use_inner_text=True)
    file_report(page, words)
    expect(waiting(page)).to_contain_text(words)
    expect(waiting(page)).to_have_attribute("data-state", "waiting")
    # The form is free for another report, and what waits outlives a reload.
    expect(page.get_by_label("看到了什么？")).to_have_value("")
    page.reload()
    expect(waiting(page)).to_have_count(1)
    expect(page.locator(".waiting-sign")).to_be_visible()
    device.shoot("offline-report-waiting")
    other = device.context.new_page()
    other.goto("/duty/")
    expect(other.locator("[data-copy-band]")).to_be_visible()
    expect(other.locator(".waiting-sign [data-waiting-count]")).to_have_text("1")
    page.wait_for_timeout(2000)
    line.mend()
    # Both tabs, and the browser itself, may send at the same moment.
    for tab in (page, other):
        tab.evaluate("window.dispatchEvent(new Event('online'))")
    expect(waiting(page)).to_have_attribute("data-state", "sent")
    expect(other.locator(".waiting-sign")).to_be_hidden()
    page.reload()
    expect(waiting(page)).to_have_attribute("data-state", "sent")
    (made,) = made_of(make_there, words)
    assert made[0] == "chuangkou"
    assert 2 <= made[1] < 600
    assert abs(made[2]) < 30
    waiting(page).locator("a[data-slot=number]").click()
    expect(page.locator("main")).to_contain_text("断网时在设备上填写于")


def test_a_session_that_ended_meanwhile_keeps_the_report_for_its_person(
    device: Visitor, line: Line, make_there: Any
):
    words = f"断网又过期 {uuid.uuid4()}"
    page = begin(device, "kefu")
    device.go("/report/")
    line.cut()
    file_report(page, words)
    expect(waiting(page)).to_have_count(1)
    page.context.clear_cookies(name="sessionid")
    line.mend()
    # The page comes back by itself, and asks to sign in again.
    page.wait_for_url(re.compile(r"/accounts/login/\?next=/report/"))
    # Somebody else at this desk sees nothing of it and sends nothing of it.
    expect(page.locator("[data-left-here]")).to_be_visible()
    assert words not in page.content()
    sign_in(page, "chuangkou")
    device.go("/report/")
    wait_for_copies(page)
    expect(waiting(page)).to_have_count(0)
    expect(page.locator(".waiting-sign")).to_be_hidden()
    assert made_of(make_there, words) == []
    page.context.clear_cookies(name="sessionid")
    device.go("/accounts/login/?next=/report/")
    sign_in(page, "kefu")
    expect(waiting(page)).to_have_attribute("data-state", "sent")
    assert [made[0] for made in made_of(make_there, words)] == ["kefu"]


def test_the_plan_and_who_to_call_are_read_without_network_by_nobody_else(
    device: Visitor, line: Line
):
    # One page does not come, and the browser ends the worker before it does: it is asked again.
    line.withheld = "/directory/"
    page = device.go("/accounts/login/")
    sign_in(page, "zhiban")
    wait_for_copies(page, 5)
    browser = page.context.new_cdp_session(page)
    browser.send("ServiceWorker.enable")
    browser.send("ServiceWorker.stopAllWorkers")
    line.withheld = ""
    page.evaluate("window.dispatchEvent(new Event('online'))")
    wait_for_copies(page)
    # Another release begins while one page does not come: nobody waits for it, and what the one
    # before has kept is fetched anew.
    line.withheld = "/directory/"
    page.evaluate(AGE)
    page.evaluate("navigator.serviceWorker.ready.then((it) => it.unregister())")
    page.goto("about:blank")
    device.go("/duty/")
    until(page, "!!navigator.serviceWorker.controller", "no worker looks after the page")
    page.goto("/orders/", timeout=20_000)
    until(page, OLD, "old copies stay", arg=["/directory/"])
    line.withheld = ""
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, OLD, "an old copy stays", arg=[])
    line.cut()
    for path, words in (
        ("/plan/", "应急预案"),
        ("/duty/", "现在谁在值班"),
        ("/directory/", "故障应急小组"),
        ("/orders/", "要办的"),
    ):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(words)
        expect(page.locator("[data-copy-band]")).to_have_text(COPY, use_inner_text=True)
        device.shoot(f"offline-{path.strip('/')}")
    # What needs the network says so and does nothing.
    page.goto("/plan/")
    page.locator("form[method=post] button:visible").first.click()
    expect(page.locator("[data-copy-refused]")).to_be_visible()
    # Everything else: a calm page with the number, and the way to what is kept.
    page.goto("/dashboard/")
    expect(page.locator("h1")).to_have_text("连不上服务器")
    expect(page.locator("main")).to_contain_text("内线 8119")
    expect(page.locator("[data-copies] a:visible")).to_have_count(6)
    device.shoot("offline-elsewhere")
    # Signing out empties the device, also where the server does not hear of it.
    page.goto("/duty/")
    page.locator(".account__name").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("h1")).to_have_text("连不上服务器")
    page.goto("/plan/")
    expect(page.locator("h1")).to_have_text("连不上服务器")
    expect(page.locator("[data-copies] a:visible")).to_have_count(0)
    line.mend()
    device.go("/accounts/logout/")
    page.locator("main form button").click()
    page.wait_for_url("**/accounts/login/")
    # Who may not report is not waited for either.
    sign_in(page, "shenji")
    wait_for_copies(page, 5)
    assert page.evaluate(TOLD) == "kept"


def test_a_refused_report_is_kept_with_the_reason_mended_or_discarded(
    device: Visitor, line: Line, make_there: Any
):
    words = f"没说在哪里 {uuid.uuid4()}"
    page = begin(device, "kefu")
    device.go("/report/")
    line.cut()
    page.get_by_label("哪个科室？").select_option("")
    page.get_by_label("看到了什么？").fill(words)
    page.get_by_role("button", name="报告", exact=True).click()
    expect(waiting(page)).to_have_count(1)
    line.mend()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(waiting(page)).to_have_attribute("data-state", "refused")
    expect(waiting(page)).to_contain_text("请选择什么用不了，或填写地点。")
    device.go("/report/")
    device.shoot("offline-report-refused")
    waiting(page).get_by_role("button", name="修改").click()
    expect(page.get_by_label("看到了什么？")).to_have_value(words)
    page.get_by_label("具体位置").fill("门诊楼一层")
    page.get_by_role("button", name="报告", exact=True).click()
    page.wait_for_url("**/received/")
    device.go("/report/")
    expect(waiting(page)).to_have_count(0)
    found = make_there(f"make.Incident.objects.filter(seen={words!r}).count()")
    assert found == 1


def test_a_crash_between_sending_and_noting_it_doubles_nothing(
    device: Visitor, line: Line, make_there: Any
):
    """The server has the report, the device does not know: it is sent again, and is one."""
    words = f"收到了却没记下 {uuid.uuid4()}"
    page = begin(device, "kefu")
    device.go("/report/")
    line.cut()
    file_report(page, words)
    expect(waiting(page)).to_have_count(1)
    entry = page.evaluate("outbox.all()")[0]
    line.mend()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(waiting(page)).to_have_attribute("data-state", "sent")
    page.evaluate("(entry) => outbox.put({...entry, state: 'trying', triedAt: 0})", entry)
    device.go("/report/")
    expect(waiting(page)).to_have_attribute("data-state", "sent")
    found = make_there(f"make.Incident.objects.filter(seen={words!r}).count()")
    assert found == 1


def test_flight_mode_and_a_token_that_is_too_old(device: Visitor, make_there: Any):
    in_the_air, too_old = f"飞行模式 {uuid.uuid4()}", f"页面放了很久 {uuid.uuid4()}"
    page = begin(device, "kefu")
    device.go("/report/")
    device.context.set_offline(True)
    file_report(page, in_the_air)
    expect(waiting(page)).to_have_attribute("data-state", "waiting")
    # Nobody presses anything: it is sent, and the page is fetched anew.
    device.context.set_offline(False)
    expect(waiting(page)).to_have_attribute("data-state", "sent")
    expect(page.locator("[data-copy-band]")).to_be_hidden()
    token = page.locator("form[data-outbox] [name=csrfmiddlewaretoken]")
    token.evaluate("(field) => { field.value = 'x'.repeat(64); }")
    file_report(page, too_old)
    expect(waiting(page)).to_have_count(2)
    expect(page.locator("article[data-state=sent]")).to_have_count(2)
    for words in (in_the_air, too_old):
        assert len(made_of(make_there, words)) == 1


def test_a_report_that_the_server_did_not_take_waits_and_is_no_lost_one(
    device: Visitor, line: Line, make_there: Any
):
    broken, ended = f"数据库正在重启 {uuid.uuid4()}", f"填写时会话过期 {uuid.uuid4()}"
    page = begin(device, "kefu")
    device.go("/report/")
    line.answers = {"POST /report/ ": BROKEN, "GET /session/ ": PORTAL}
    file_report(page, broken)
    expect(waiting(page)).to_have_attribute("data-state", "waiting")
    # Whoever answers in the server's place is not the server: it is tried again.
    until(page, "async () => (await outbox.send()) === 'away'", "the report does not wait")
    expect(waiting(page)).to_have_attribute("data-state", "waiting")
    line.answers = {}
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(waiting(page)).to_have_attribute("data-state", "sent")
    # Led to the sign-in instead of to what was received.
    page.context.clear_cookies(name="sessionid")
    file_report(page, ended)
    page.wait_for_url(re.compile(r"/accounts/login/\?next=/report/"))
    expect(page.locator("[data-left-here]")).to_be_visible()
    sign_in(page, "kefu")
    device.go("/report/")
    expect(page.locator("article[data-state=sent]")).to_have_count(2)
    for words in (broken, ended):
        assert len(made_of(make_there, words)) == 1
