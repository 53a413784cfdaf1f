"""A patient notice from first word to end, by people in browsers; patients see each step."""

import uuid
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.visiting import PHONE, Visitor, Visitors

# A page asks by itself every 15 s where it hears nothing.
SEEN = 25_000  # ms


def test_a_notice_is_drafted_approved_published_updated_and_ended(visitors: Visitors, make_there):
    incident = make_there("make.incident('repairing', level=3).pk")
    notices = f"/incidents/{incident}/notices/"
    writer, colleague = visitors.person("kefu"), visitors.person("kefu2", size=PHONE)
    told = [
        visitors.anonymous(size=PHONE).go("/status/").locator("main"),
        visitors.anonymous(size=(1920, 1080)).go("/screen/?lang=zh").locator("[data-stage]"),
    ]
    mark = uuid.uuid4().hex[:6]
    first, second = f"自助机 {mark} 不能取号", f"自助机 {mark} 只能现金取号"

    page = writer.go(f"{notices}new/")
    say(page, first, "请到人工窗口取号。")
    # Every surface says it while it is typed; nobody else sees it yet.
    expect(page.get_by_role("article", name="大厅屏")).to_contain_text(first)
    writer.shoot("notice-writing")
    submit(page, notices)
    expect(page.get_by_role("link", name="批准通知")).to_have_count(0)
    act(colleague, notices, "批准通知")
    for surface in told:
        expect(surface).not_to_contain_text(mark)
    act(writer, notices, "发布通知")
    for surface in told:
        expect(surface).to_contain_text(first, timeout=SEEN)
    writer.page.get_by_role("link", name="更新通知").click()
    # The words before are there, to be changed where something changed.
    expect(page.get_by_label("现在怎么办", exact=True)).to_have_value("请到人工窗口取号。")
    say(page, second, "现金请到一层，其余请到人工窗口。")
    submit(page, notices)
    act(colleague, notices, "批准通知")
    for surface in told:
        expect(surface).to_contain_text(first)
    act(writer, notices, "发布通知")
    for surface in told:
        expect(surface).to_contain_text(second, timeout=SEEN)
        expect(surface).not_to_contain_text(first)
    act(writer, notices, "结束通知", f"自助机 {mark} 已恢复")
    for surface in told:
        expect(surface).to_contain_text(f"自助机 {mark} 已恢复", timeout=SEEN)


def say(page: Page, affected: str, advice: str) -> None:
    page.get_by_label("什么用不了", exact=True).fill(affected)
    page.get_by_label("现在怎么办", exact=True).fill(advice)
    soon = timezone.localtime() + timedelta(minutes=20)
    page.get_by_label("下次通报时间").fill(f"{soon:%Y-%m-%dT%H:%M}")


def submit(page: Page, notices: str) -> None:
    page.get_by_role("button", name="提交批准").click()
    page.wait_for_url(f"**{notices}")


def act(by: Visitor, notices: str, label: str, text: str = "") -> None:
    """One verb of a notice, from the incident's notices and back to them."""
    page = by.go(notices)
    page.get_by_role("link", name=label).click()
    if text:
        page.get_by_label("现在的情况", exact=True).fill(text)
    page.get_by_role("button", name=label).click()
    page.wait_for_url(f"**{notices}")
