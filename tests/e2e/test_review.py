"""A review in the browser: the meeting is called and answered, causes are asked for."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.visiting import Visitors, choose


def test_a_meeting_is_called_answered_and_the_causes_are_asked(visitors: Visitors, make_there: Any):
    pk = make_there("make.incident('reviewing', level=3).pk")
    address = f"/incidents/{pk}/review/"
    page = visitors.person("xinxi").go(address)
    page.get_by_role("link", name="指令", exact=True).click()
    expect(page.locator("#orders")).to_be_in_viewport()
    page.locator("#meeting summary", has_text="召集会议").click()
    call = page.locator("form[action$='/call_meeting/']")
    call.get_by_label("会议地点").fill("行政楼三层会议室")
    call.get_by_label("主持人").select_option(label="钱院长")
    choose(page, "people", "陈工")
    call.get_by_role("button", name="通知他们").click()
    expect(page.locator("main")).to_contain_text("会议已召集")
    # Somebody invited finds it behind the bell and answers.
    guest = visitors.person("zhiban").go("/alerts/")
    guest.locator("li.alert", has_text="请参加评估会").first.get_by_role("button").first.click()
    answer = guest.locator("form[action$='/answer_meeting/']")
    choose(guest, "coming", "参加")
    answer.get_by_role("button", name="答复").click()
    expect(guest.locator("#meeting")).to_contain_text("1 人答复参加")
    # Why, and why again, down to the root.
    why = page.locator("form[action$='/add_why/']")
    why.get_by_label("因为").fill("连接池耗尽")
    why.get_by_role("button", name="写上").click()
    page.locator("#causes").get_by_role("link", name="再问为什么").click()
    why.get_by_label("因为").fill("上限按平日流量设置")
    choose(page, "is_root", "这是根本原因，不再往下追问")
    why.get_by_role("button", name="写上").click()
    expect(page.locator("main")).to_contain_text("根本原因要选择类别")
    why.get_by_label("根本原因的类别").select_option(label="设计缺陷")
    why.get_by_role("button", name="写上").click()
    expect(page.locator("#causes li.why--2")).to_contain_text("根本原因")
