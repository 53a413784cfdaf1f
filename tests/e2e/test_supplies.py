"""Supplies in the browser: short and said so, kept back, issued, returned with a loss (row P19)."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.visiting import PHONE, Visitors

SWITCH = "备用交换机"


def free_of(page: Page) -> int:
    """How many may be issued now, by the item's own page."""
    return int(page.locator(".tally__part--first dd").inner_text().split()[0])


def only_switches(page: Page, quantity: int) -> None:
    """The sheet of issuing, of which everything else is left out."""
    for field in page.locator("main input[name^=item_]").all():
        if field.is_visible() and field.input_value() != "0":
            field.fill("0")
    page.get_by_role("spinbutton", name=re.compile(SWITCH)).fill(str(quantity))


def test_supplies_are_short_kept_back_issued_and_returned_with_a_loss(
    visitors: Visitors, make_there: Any
):
    pk, other, item = make_there(
        "(make.incident('repairing', level=3, fault_type='network').pk,"
        " make.incident('confirmed', level=3, fault_type='network').pk,"
        " __import__('inventory.models', fromlist=['x'])"
        f".Item.objects.get(name='{SWITCH}').pk)"
    )
    logistics, leader = visitors.person("houqin", size=PHONE), visitors.person("yuanzhang")

    # Before it hurts: on the page of the incident, for everybody.
    told = leader.go(f"/incidents/{pk}/").locator("#supplies")
    expect(told).to_contain_text(re.compile(r"可支撑 \d+ 个窗口手工运行约 \d+ 小时"))
    modules = told.locator(".need--short").filter(has_text="光模块与跳线")
    expect(modules).to_contain_text(re.compile(r"缺 \d+ 套"))
    expect(told.get_by_role("link", name="发放物资")).to_have_count(0)
    before = free_of(logistics.go(f"/supplies/{item}/"))
    assert before >= 2

    page = logistics.go(f"/incidents/{pk}/supplies/")
    logistics.shoot("supplies-short")
    page.get_by_role("button", name="按预案预留").click()
    expect(page.locator("main")).to_contain_text(re.compile(rf"已预留.*{SWITCH}"))
    # Nobody else gets what is kept back.
    page = logistics.go(f"/incidents/{other}/supplies/issue/")
    expect(page.get_by_role("spinbutton", name=re.compile(SWITCH))).to_have_count(0)

    page = logistics.go(f"/incidents/{pk}/supplies/issue/")
    only_switches(page, 2)
    page.get_by_label("领用人").fill("许工")
    page.get_by_role("button", name="发放物资").click()
    loan = page.locator(".line").filter(has_text=SWITCH).filter(has_text="许工")
    expect(loan).to_contain_text("2 台")
    logistics.shoot("supplies-issued")

    loan.get_by_role("link", name=re.compile("登记归还")).click()
    page.get_by_role("spinbutton", name=re.compile("完好归还")).fill("1")
    page.get_by_role("spinbutton", name=re.compile("丢失")).fill("1")
    page.get_by_role("button", name="登记归还").click()
    expect(page.locator("main")).to_contain_text("损坏或丢失要写明原因")
    page.get_by_label("原因").fill("搬运时遗失")
    page.get_by_label("经手人").fill("许工")
    page.get_by_role("button", name="登记归还").click()
    page.wait_for_url(lambda address: "/return/" not in address)

    # The stock: one less, and why; the alarm of the minimum.
    page = logistics.go(f"/supplies/{item}/")
    assert free_of(page) == before - 1
    moves = page.locator("section[aria-labelledby=moves-title]")
    expect(moves).to_contain_text("许工：搬运时遗失")
    expect(moves.locator("tr").filter(has_text="丢失")).to_have_count(1)
    logistics.shoot("supply-lost-one")
    due = logistics.go("/supplies/due/").locator("main")
    expect(due).to_contain_text(SWITCH)

    # The journal: the incident's own timeline, read by who only reads.
    lines = visitors.person("shenji").go(f"/incidents/{pk}/timeline/").locator("main")
    for words in ("预留物资", "发放物资", "物资归还", f"{SWITCH}.*归还 1 台.*丢失 1 台"):
        expect(lines).to_contain_text(re.compile(words))

    # What was lost is bought again; what was kept back is free again.
    page = logistics.go(f"/supplies/{item}/receive/")
    page.get_by_role("button", name="入库").click()
    page = logistics.go(f"/incidents/{pk}/supplies/")
    page.get_by_role("button", name="解除预留").click()
    expect(page.get_by_role("button", name="解除预留")).to_have_count(0)
    assert free_of(logistics.go(f"/supplies/{item}/")) == before
