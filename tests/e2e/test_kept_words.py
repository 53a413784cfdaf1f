"""What somebody has typed outlives an expired sign-in, and is shown to nobody else."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from ops import demo
from tests.e2e.visiting import Visitors, choose


def expire(page: Page) -> None:
    """The session ends while the page lies open."""
    page.context.clear_cookies(name="sessionid")


def sign_in_here(page: Page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(demo.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


def test_words_and_ticks_come_back_after_signing_in_again(visitors: Visitors, make_there: Any):
    pk = make_there("make.report(seen='登录过期').pk")
    page = visitors.person("zhiban").go(f"/incidents/{pk}/confirm/")
    choose(page, "fault_type", "网络故障")
    choose(page, "level", re.compile(r"^\s*Ⅲ级"))
    choose(page, "affected", "急诊科")
    choose(page, "convene", "不召集")
    page.get_by_label("召集与否的理由").fill("只有一条线路")
    page.get_by_label("标题").fill("急诊线路")
    expire(page)
    page.get_by_role("button", name="确认故障", exact=True).click()
    sign_in_here(page, "zhiban")
    expect(page.get_by_label("召集与否的理由")).to_have_value("只有一条线路")
    expect(page.get_by_label("标题")).to_have_value("急诊线路")
    page.get_by_role("button", name="确认故障", exact=True).click()
    page.wait_for_url(f"**/incidents/{pk}/")
    stored = make_there(
        f"(lambda it: [it.fault_type, it.grade.level, it.convene, it.title,"
        f" sorted(it.affected.values_list('name', flat=True))])"
        f"(make.Incident.objects.get(pk={pk}))"
    )
    assert stored[:4] == ["network", 3, False, "急诊线路"]
    assert "急诊科" in stored[4]
    # Taken: the next time the form is its own again.
    other = make_there("make.report(seen='登录过期之后').pk")
    page.goto(f"/incidents/{other}/confirm/")
    expect(page.get_by_label("召集与否的理由")).to_have_value("")


def test_a_form_on_another_page_leads_back_to_that_page(visitors: Visitors, make_there: Any):
    pk = make_there("make.incident('reviewing').pk")
    page = visitors.person("yuanzhang").go(f"/incidents/{pk}/review/")
    page.get_by_text("会已经开过，补记").click()
    form = page.locator("form[action$='/record_meeting/']")
    form.get_by_label("会议时间").fill("2026-01-05T15:00")
    form.get_by_label("会议地点").fill("三楼会议室")
    expire(page)
    page.get_by_role("button", name="保存会议记录").click()
    sign_in_here(page, "yuanzhang")
    page.wait_for_url(f"**/incidents/{pk}/review/")
    expect(form.get_by_label("会议地点")).to_have_value("三楼会议室")


def test_a_remark_on_the_incident_page_waits_for_the_sign_in(visitors: Visitors, make_there: Any):
    pk = make_there("make.incident('repairing').pk")
    page = visitors.person("zhiban").go(f"/incidents/{pk}/")
    item = page.locator("#part-checks li.check").first
    item.get_by_text("写备注").click()
    item.get_by_label("备注").fill("日志已满")
    expire(page)
    item.get_by_role("button", name="失败").click()
    page.locator("[data-toast=signed-out] a").click()
    sign_in_here(page, "zhiban")
    page.wait_for_url(f"**/incidents/{pk}/")
    item = page.locator("#part-checks li.check").first
    expect(item.get_by_label("备注")).to_be_visible()
    expect(item.get_by_label("备注")).to_have_value("日志已满")


def test_the_next_person_at_the_same_desk_sees_an_empty_form(visitors: Visitors):
    page = visitors.person("kefu").go("/report/")
    page.get_by_label("看到了什么？").fill("只给自己看的半句话")
    expire(page)
    page.goto("/report/")
    sign_in_here(page, "chuangkou")
    expect(page.get_by_label("看到了什么？")).to_have_value("")
    expire(page)
    page.goto("/report/")
    sign_in_here(page, "kefu")
    expect(page.get_by_label("看到了什么？")).to_have_value("只给自己看的半句话")


def test_going_back_after_reporting_offers_no_second_report(visitors: Visitors, make_there: Any):
    make_there("make.person('cs').pk")
    page = visitors.person("kefu").go("/report/")
    choose(page, "services", "查询")
    page.get_by_label("看到了什么？").fill("查询页面打不开")
    page.get_by_role("button", name="报告", exact=True).click()
    page.wait_for_url("**/received/")
    page.go_back()
    expect(page.get_by_label("看到了什么？")).to_have_value("")
    expect(page.get_by_label("查询", exact=True)).not_to_be_checked()
    # Words typed anew are kept as ever.
    page.get_by_label("看到了什么？").fill("另一件事")
    page.reload()
    expect(page.get_by_label("看到了什么？")).to_have_value("另一件事")
