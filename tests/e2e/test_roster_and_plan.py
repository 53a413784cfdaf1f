"""The administrator's day: a roster comes in as a workbook, a gap is seen and closed, and a change
of the plan goes its whole road to the people who read it."""

import datetime
import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.visiting import PHONE, Visitors

DAY = ("白班", "08:00", "20:00")
NIGHT = ("夜班", "20:00", "00:00")
EARLY = ("凌晨班", "00:00", "08:00")


# A roster of its own, in which the rules leave out tomorrow altogether.
MADE = """(lambda making, today, day: {
    "pk": making.roster(
        making.layer(make.person("baowei").pk, name="之前", ends_on=today),
        making.layer(make.person("baowei").pk, name="之后", starts_on=today + 2 * day),
        name="试导入值班",
        group="logistics",
    ).pk,
    "tomorrow": (today + day).isoformat(),
})(
    __import__("tests.teams.making", fromlist=["x"]),
    __import__("django.utils.timezone", fromlist=["x"]).localdate(),
    __import__("datetime").timedelta(days=1),
)"""


@pytest.fixture(scope="module")
def roster(make_there: Any) -> dict[str, Any]:
    return make_there(MADE)


def workbook(path: Path, headings: list[Any], *rows: tuple[Any, ...]) -> Path:
    book = Workbook()
    book.active.title = "排班日历"
    book.active.append(headings)
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def upload(page: Page, key: int, file: Path) -> None:
    page.goto(f"/rosters/{key}/import/")
    page.get_by_label("XLSX 文件").set_input_files(file)
    page.get_by_role("button", name="上传并查看变化").click()
    page.wait_for_url(re.compile(rf"/rosters/{key}/import/\d+/"))


def accept(page: Page, key: int, button: str | re.Pattern[str]) -> None:
    reason = page.get_by_label("有冲突也要导入，理由")
    if reason.count():
        reason.fill("先导入，缺的班随后补上")
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(rf"/rosters/{key}/$"))


def press(page: Page, label: str) -> None:
    page.get_by_role("main").get_by_role("button", name=label, exact=True).click()


def test_a_roster_is_imported_a_gap_seen_and_closed(
    visitors: Visitors, roster: dict[str, Any], tmp_path: Path
):
    key = roster["pk"]
    tomorrow = datetime.date.fromisoformat(roster["tomorrow"])
    by_day = [(tomorrow, *EARLY, "曹科长"), (tomorrow, *DAY, "曹科长")]
    admin = visitors.person("guanli")
    page = admin.go(f"/rosters/{key}/")
    page.get_by_role("link", name="从表格导入").click()
    with page.expect_download() as got:
        page.get_by_role("link", name="下载现在的值班表").click()
    book = load_workbook(io.BytesIO(Path(got.value.path()).read_bytes()))
    headings = [cell.value for cell in book["排班日历"][1]]

    # A slip of the pen is named by row and column, and nothing is written.
    slip = workbook(tmp_path / "slip.xlsx", headings, (tomorrow, *DAY, "没有这个人"))
    upload(page, key, slip)
    expect(page.get_by_role("heading", name="有问题的格")).to_be_visible()
    expect(page.get_by_role("rowheader", name="第 2 行 E")).to_be_visible()

    # Without the night: the preview says that it is nobody's, and it takes a reason.
    half = workbook(tmp_path / "half.xlsx", headings, *by_day)
    upload(page, key, half)
    expect(page.get_by_text("还什么都没有改。")).to_be_visible()
    accept(page, key, "全部导入")
    page.goto(f"/rosters/{key}/?from={tomorrow:%Y-%m-%d}")
    expect(page.locator("#holes")).to_be_visible()
    admin.shoot("roster-gap")

    # The night is somebody's: the gap is closed.
    night = (tomorrow, *NIGHT, "韩组长")
    whole = workbook(tmp_path / "whole.xlsx", headings, *by_day, night)
    upload(page, key, whole)
    accept(page, key, "全部导入")
    page.goto(f"/rosters/{key}/?from={tomorrow:%Y-%m-%d}")
    expect(page.locator("#holes")).to_have_count(0)
    expect(page.locator("#roster-sheet")).to_contain_text("韩组长")


def test_a_change_of_the_plan_is_signed_published_and_read(visitors: Visitors):
    admin = visitors.person("guanli")
    page = admin.go("/plan/")
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="起草新版", exact=True).click()
    page.get_by_label("打算改什么、为什么").fill("标题写明适用范围")
    press(page, "起草新版")
    page.wait_for_url(re.compile(r"/plans/\d+/edit/"))
    number = int(re.search(r"/plans/(\d+)/", page.url)[1])  # type: ignore[index]
    title = before.replace("（示例）", "").strip() + "（修订）"
    page.goto(f"/plans/{number}/edit/title/")
    page.locator("#item-form").get_by_label("标题").fill(title)
    press(page, "保存")
    page.goto(f"/plans/{number}/compare/")
    expect(page.locator("main")).to_contain_text("（修订）")
    page.goto(f"/plans/{number}/submit/")
    press(page, "送审")

    # Head and deputy of the leading group sign on their phones.
    for who in ("yuanzhang", "xinxi"):
        leader = visitors.person(who, size=PHONE)
        signing = leader.go(f"/plans/{number}/sign/")
        press(signing, "签字批准")
        expect(signing.locator("main")).to_contain_text("签字")
        coverage = leader.go(f"/plans/{number}/coverage/")
        if coverage.get_by_role("button", name="放行覆盖缺口").count():
            coverage.get_by_label("为什么有缺口也要发布").fill("联系方式本周内补齐")
            press(coverage, "放行覆盖缺口")

    page.goto(f"/plans/{number}/publish/")
    press(page, "发布")
    page.goto("/plan/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("（修订）")

    # Whoever works by it confirms having read it; the rest is reminded.
    reader = visitors.person("kefu", size=PHONE)
    reading = reader.go("/plan/")
    press(reading, "确认阅知")
    expect(reading.get_by_text("您已确认阅知这一版")).to_be_visible()
    page.goto(f"/plans/{number}/readers/?show=waiting")
    expect(page.locator("main")).not_to_contain_text("周晓雯")
    page.goto(f"/plans/{number}/remind/")
    press(page, "催阅")
    other = visitors.person("chuangkou").go("/alerts/")
    expect(other.locator("main")).to_contain_text("阅知")
