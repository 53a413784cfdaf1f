"""An administrator takes a roster out, changes it in a spreadsheet, sees a gap and closes it."""

import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.visiting import Visitors, choose


def upload(page: Page, content: bytes, roster: str) -> None:
    choose(page, "what", "排班规则：班次和轮换")
    page.get_by_label("XLSX 文件").set_input_files(
        {"name": "客服值班.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="上传并查看变化").click()
    page.wait_for_url(f"**/rosters/{roster}/import/*/")


def edited(path: Path, change: Any) -> bytes:
    book = load_workbook(path)
    change(book["排班规则"])
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def without_nights(sheet: Any) -> None:
    sheet.delete_rows(3)


def turned_round(sheet: Any) -> None:
    for row in (2, 3):
        names = sheet.cell(row, 12).value.split("、")
        sheet.cell(row, 12).value = "、".join([*names[1:], names[0]])


def test_a_gap_is_seen_before_it_is_there_and_closed(visitors: Visitors, tmp_path: Path):
    page = visitors.person("guanli").go("/rosters/")
    page.get_by_role("link", name="客服值班", exact=True).first.click()
    page.wait_for_url("**/rosters/*/")
    roster = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.get_by_role("link", name="从表格导入").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载现在的值班表").click()
    file = tmp_path / "roster.xlsx"
    waiting.value.save_as(file)

    upload(page, edited(file, without_nights), roster)
    expect(page.get_by_text("没有人值班").first).to_be_visible()
    expect(page.get_by_label("有冲突也要导入，理由")).to_be_visible()
    page.get_by_role("link", name="改好文件，重新上传").click()

    upload(page, edited(file, turned_round), roster)
    expect(page.get_by_text("没有新的冲突")).to_be_visible()
    page.get_by_role("button", name="全部导入").click()
    page.wait_for_url(f"**/rosters/{roster}/")
    expect(page.get_by_text("已导入 2 行")).to_be_visible()
