"""A drill at speed 12 in the browser: begun, news by the clock and by hand, an act seen, ended."""

import re

from playwright.sync_api import expect

from tests.e2e.visiting import PATIENCE, PHONE, Visitors


def test_a_drill_at_speed_twelve_with_an_inject(visitors: Visitors):
    leads = visitors.person("yuanzhang")
    page = leads.go("/drills/")
    page.get_by_role("link", name="【演练】门诊挂号缴费中断功能演练").click()
    expect(page.locator(".band--drill")).to_contain_text("这是演练，不是真的故障")
    page.get_by_role("link", name="开始演练").click()
    page.get_by_role("button", name="开始演练").click()
    live = page.locator("#drill")
    expect(live).to_contain_text("进行中")

    # Minute 3 of the scenario is fifteen seconds away: the clock gives it without anybody's hand.
    second_floor = live.locator("li.drill-inject", has_text="二层收费也不行了")
    expect(second_floor).to_contain_text("按时间", timeout=4 * PATIENCE)

    # A check's news goes by hand, minutes before its time; who plays reads it on the phone.
    repairer = visitors.person("zhiban", size=PHONE)
    told = repairer.go(page.url)
    expect(told.locator("#drill")).not_to_contain_text("专线侧重置会话")
    news = live.locator("li.drill-inject", has_text="专线侧重置会话")
    news.get_by_role("button", name=re.compile("^现在给出")).click()
    expect(live.locator("li.drill-inject--given", has_text="专线侧重置会话")).to_be_visible()
    expect(told.locator("#drill")).to_contain_text("现在：联系医保专线服务商：专线侧重置会话")

    # What is done on the drill's incident stands beside what was expected.
    told.get_by_role("link", name="打开演练中的故障事件").click()
    expect(told).to_have_title(re.compile("^【演练】"))
    told.get_by_role("button", name="确认收到").first.click()
    expect(live.locator("li.line", has_text="确认收到")).to_contain_text("陈工")
    leads.shoot("drill-running")

    page.get_by_role("link", name="结束演练").click()
    page.get_by_label("原因").fill("时间到了")
    page.get_by_role("button", name="结束演练").click()
    expect(page.locator("#drill")).to_contain_text("已结束，待评估")
    sheet = visitors.person("baowei").go(page.url + "sheet/")
    expect(sheet.locator(".drill-sheet__item").first).to_contain_text("实际第")
    assert "【演练】" not in leads.context.request.get("/status.json").text()
