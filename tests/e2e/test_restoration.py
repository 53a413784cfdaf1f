"""Back to normal in the browser: refused without a backup, then passed, window by window."""

import hashlib
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.visiting import PHONE, Visitors

BACKUP = b"table,rows\nregistrations,120\n"


def decide(page: Page, words: str) -> None:
    """The first item that this person may decide, with a word about what was seen."""
    row = page.locator("li.check--pending:has(form.check__form)").first
    remark = row.locator("details.check__more")
    if remark.get_attribute("open") is None:
        remark.locator("summary").click()
    row.get_by_label("备注").fill(words)
    row.get_by_role("button", name="完成", exact=True).click()
    page.wait_for_load_state("load")


def test_restoration_is_refused_without_a_backup_and_passes_with_one(
    visitors: Visitors, make_there: Any
):
    pk = make_there("make.incident('restoring', level=3).pk")
    address = f"/incidents/{pk}/restoration/"
    repairer, window = visitors.person("zhiban"), visitors.person("shoufei", size=PHONE)
    it, till = repairer.go(address), window.go(address)
    pending = "li.check--pending:has(form.check__form)"
    while it.locator(pending).count():
        decide(it, "正常")
    while till.locator(pending).count():
        decide(till, "真办了一笔，票也打出来了")
    window.shoot("restoration-tried")

    it = repairer.go(address)
    missing = it.locator(".gate").first
    expect(missing).to_contain_text("还没有恢复后的备份凭证")
    expect(it.get_by_role("button", name="签字：服务已恢复")).to_have_count(0)
    refused = repairer.context.request.post(
        f"/incidents/{pk}/sign/",
        form={"csrfmiddlewaretoken": it.locator("[name=csrfmiddlewaretoken]").first.input_value()},
        headers={"Referer": it.url},
    )
    assert refused.status == 422

    form = it.locator("#backup-form")
    form.get_by_label("备份名称或文件名").fill("his.csv")
    form.locator("input[type=file]").set_input_files(
        {"name": "his.csv", "mimeType": "text/csv", "buffer": BACKUP}
    )
    form.get_by_role("button", name="登记备份").click()
    ending = it.locator("#part-ending")
    expect(ending).to_contain_text(hashlib.sha256(BACKUP).hexdigest())
    expect(ending).to_contain_text("服务器已核算")
    it.get_by_role("button", name="签字：服务已恢复").click()
    expect(it.locator("section[aria-labelledby=signatures]")).to_contain_text("故障应急小组")
    repairer.shoot("restoration-signed-once")

    till = window.go(address)
    stage = till.locator("[id^=stage-]").filter(has_text="门诊收费处")
    stage.get_by_label(re.compile("哪个窗口")).fill("3 号窗口")
    stage.get_by_role("button", name="恢复开放").click()
    expect(till.locator("[id^=stage-]").filter(has_text="3 号窗口")).to_be_visible()
    till.get_by_role("button", name="签字：服务已恢复").click()
    till = window.go(f"/incidents/{pk}/")
    expect(till.locator("#part-top .state")).to_have_text(re.compile("现场清理"))
    expect(till.locator("section[aria-labelledby=signatures]")).to_contain_text("门诊收费处")
    leader = visitors.person("yuanzhang").go("/dashboard/")
    expect(leader.locator("section[aria-labelledby=reopening-title]")).to_contain_text("3 号窗口")
