"""A drill in the browser: marked on its pages, unseen by patients, ended by a real fault."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.e2e.visiting import PHONE, Visitors

SEEN = "演练专用的症状"
TOLD = "演练里说的：暂时不能挂号"


def test_a_drill_is_marked_inside_unseen_outside_and_ended_by_a_real_fault(
    visitors: Visitors, make_there: Any
):
    pk, number = make_there(
        "(lambda made: (__import__('tests.notices.making', fromlist=['x'])"
        f".published(made, affected='{TOLD}') and made.pk, made.number))"
        "(make.incident('repairing', level=2, is_drill=True, drill_speed=12))"
    )
    it = visitors.person("zhiban").go(f"/incidents/{pk}/")
    expect(it).to_have_title(re.compile("^【演练】"))
    band = it.locator(".band--drill")
    expect(band).to_contain_text("演练时间（12 倍速）")
    clock = band.locator("[data-drill-clock]")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)
    for address in (f"/incidents/{pk}/notices/", f"/incidents/{pk}/timeline/"):
        it.goto(address)
        expect(it).to_have_title(re.compile("^【演练】"))
        expect(it.locator(".band--drill")).to_be_visible()

    preview = visitors.person("kefu", size=PHONE).go(f"/incidents/{pk}/notices/as-public/")
    expect(preview.locator("main")).to_contain_text(f"【演练】{TOLD}")
    for address in ("/status/", "/screen/?lang=zh"):
        public = visitors.anonymous().go(address)
        assert TOLD not in public.content()
        assert "演练" not in public.content()
    told = public.request.get(public.url.split("/screen/")[0] + "/status.json").text()
    assert '"notices"' in told
    assert TOLD not in told
    assert "演练" not in told

    desk = visitors.person("zhiban").go("/dashboard/")
    expect(desk.locator("#drills")).to_contain_text(number)
    expect(desk.locator("#open")).not_to_contain_text(number)

    real = make_there("make.confirmed(level=1).pk")
    leader = visitors.person("yuanzhang")
    page = leader.go(f"/incidents/{real}/")
    offered = page.locator(".band--now")
    expect(offered).to_contain_text("演练在进行")
    leader.shoot("drill-offered-to-stop")
    offered.get_by_role("button", name="暂停所有演练").click()
    expect(page.locator("main")).to_contain_text("已暂停")
    page.get_by_label("原因，参加的人会看到").fill("急诊断网")
    page.get_by_role("button", name="结束所有演练").click()
    expect(page.locator("main")).to_contain_text("现在没有演练")
    it.goto(f"/incidents/{pk}/")
    expect(it.locator(".band--drill")).to_contain_text("已经结束")
    expect(it.locator("#part-timeline, main").first).to_contain_text("急诊断网")
