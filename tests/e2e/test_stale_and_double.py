"""What goes wrong in real life: two people, two presses, no JavaScript, no stream."""

import re
import uuid
from typing import Any

from playwright.sync_api import expect

from tests.e2e.visiting import PHONE, Visitors, choose

CONFIRMED = re.compile(r"^\s*已确认\s*$")


def fresh(make_there: Any, seen: str) -> int:
    """A reported incident of its own."""
    return make_there(f"make.report(seen={seen!r}, department=None).pk")


def report(visitors: Visitors, words: str, **device: Any) -> int:
    """Report by the page, as somebody at the till would; gives the incident's key."""
    page = visitors.person("chuangkou", size=PHONE, **device).go("/report/")
    choose(page, "services", "挂号")
    page.get_by_label("看到了什么？").fill(words)
    page.get_by_role("spinbutton", name="多少人在等？").fill("15")
    page.get_by_role("button", name="报告", exact=True).click()
    page.wait_for_url("**/received/")
    return int(re.search(r"/incidents/(\d+)/", page.url)[1])


def how_many(make_there: Any, seen: str) -> int:
    return make_there(f"make.Incident.objects.filter(seen={seen!r}).count()")


def test_a_double_click_makes_one_incident(visitors: Visitors, make_there: Any):
    words = f"收费程序打不开 {uuid.uuid4()}"
    page = visitors.person("chuangkou", size=PHONE).go("/report/")
    choose(page, "services", "缴费")
    page.get_by_label("看到了什么？").fill(words)
    page.get_by_role("button", name="报告", exact=True).dblclick()
    page.wait_for_url("**/received/")
    assert how_many(make_there, words) == 1


def test_the_same_form_sent_twice_makes_one_incident(visitors: Visitors, make_there: Any):
    """Without the page's guard: the back button and a second press, or a repeated POST."""
    words = f"收费程序打不开 {uuid.uuid4()}"
    visitor = visitors.person("chuangkou", size=PHONE, java_script_enabled=False)
    page = visitor.go("/report/")
    choose(page, "services", "缴费")
    page.get_by_label("看到了什么？").fill(words)
    form = {
        name: page.locator(f"form[action='/report/'] [name={name}]").first.input_value()
        for name in ("csrfmiddlewaretoken", "client_uuid", "department", "location", "waiting")
    }
    form |= {"seen": words, "services": page.locator("[name=services]:checked").input_value()}
    answers = [
        visitor.context.request.post("/report/", form=form, headers={"Referer": page.url})
        for _press in range(2)
    ]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].url == answers[1].url
    assert how_many(make_there, words) == 1


def test_a_stale_form_shows_what_changed_and_keeps_the_words(visitors: Visitors, make_there: Any):
    pk = fresh(make_there, "打印机不动")
    slow = visitors.person("zhiban").go(f"/incidents/{pk}/confirm/")
    fill_confirmation(slow, "看起来是打印服务停了")
    fast = visitors.person("zhiban2").go(f"/incidents/{pk}/confirm/")
    fill_confirmation(fast, "一台打印机，不必召集")
    fast.get_by_role("button", name="确认故障", exact=True).click()
    fast.wait_for_url(f"**/incidents/{pk}/")
    slow.get_by_role("button", name="确认故障", exact=True).click()
    conflict = slow.locator(".conflict")
    expect(conflict).to_be_visible()
    expect(conflict).to_be_focused()
    # What the other one said, by whom; and the own words.
    expect(conflict).to_contain_text("一台打印机，不必召集")
    expect(slow.locator("main")).to_contain_text("看起来是打印服务停了")
    kept = make_there(f"make.Incident.objects.get(pk={pk}).convene_reason")
    assert kept == "一台打印机，不必召集"


def fill_confirmation(page: Any, reason: str) -> None:
    choose(page, "fault_type", "系统崩溃（软件）")
    choose(page, "level", re.compile("^\\s*Ⅳ级"))
    choose(page, "affected", "门诊收费处")
    choose(page, "convene", "不召集")
    page.get_by_label("召集与否的理由").fill(reason)


def test_the_dashboard_obeys_the_keyboard(visitors: Visitors, make_there: Any):
    fresh(make_there, "键盘甲")
    fresh(make_there, "键盘乙")
    page = visitors.person("zhiban").go("/dashboard/")
    links = page.locator("[data-row-link]")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).to_be_hidden()
    page.keyboard.press("/")
    search = page.locator("[data-search]")
    expect(search).to_be_focused()
    # While somebody types, keys are letters.
    page.keyboard.type("jk")
    expect(search).to_have_value("jk")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    target = links.nth(0)
    expect(target).to_be_focused()
    address = target.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_focus_stays_on_a_row_that_refreshes(visitors: Visitors, make_there: Any):
    fresh(make_there, "焦点甲")
    page = visitors.person("zhiban").go("/dashboard/")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.id")
    assert focused
    pk = report(visitors, "焦点乙")
    expect(page.locator(f"#open #incident-{pk}")).to_be_visible(timeout=10_000)
    assert page.evaluate("document.activeElement.id") == focused


def test_report_and_confirm_work_without_javascript(visitors: Visitors, make_there: Any):
    pk = report(visitors, f"没有脚本也要能报 {uuid.uuid4()}", java_script_enabled=False)
    page = visitors.person("zhiban", java_script_enabled=False).go(f"/incidents/{pk}/")
    page.get_by_role("link", name="确认故障").click()
    fill_confirmation(page, "只有一台")
    page.get_by_role("button", name="确认故障", exact=True).click()
    page.wait_for_url(f"**/incidents/{pk}/")
    expect(page.locator("#part-top .state")).to_have_text(CONFIRMED)
    assert make_there(f"make.Incident.objects.get(pk={pk}).waiting") == 15


def test_without_the_stream_the_dashboard_polls(visitors: Visitors, make_there: Any):
    visitor = visitors.person("zhiban")
    visitor.context.route("**/live/", lambda route: route.abort())
    page = visitor.go("/dashboard/")
    state = page.locator("[data-live-state]")
    expect(state).to_have_attribute("data-state", "polling")
    pk = fresh(make_there, "流断了")
    expect(page.locator(f"#open #incident-{pk}")).to_be_visible()
    expect(state).to_have_attribute("data-state", "polling")
    # Asked for: the browser says of each aborted attempt that it failed.
    visitor.complaints = [words for words in visitor.complaints if "ERR_FAILED" not in words]
