"""The scenario of the registration hall, from the first report to the archived report.

Real people's devices, the real server, worker and beat, and the machine's own clock.
"""

import re

import pytest
import yaml
from playwright.sync_api import expect

from tests.e2e.hall import Hall
from tests.e2e.visiting import PHONE, ROOT

SCENARIO = ROOT / "drills" / "scenarios" / "registration-hall-outage.yaml"


@pytest.fixture
def hall(visitors) -> Hall:
    return Hall(visitors, yaml.safe_load(SCENARIO.read_text(encoding="utf-8")))


def test_one_fault_runs_from_report_to_archive(hall):
    steps = hall.scenario["steps"]
    dashboard = hall.device("zhiban2").go("/dashboard/")
    patient = hall.visitors.anonymous(size=PHONE).go("/status/")

    hall.play(steps[0])
    # Live: nobody reloads the dashboard, and the new row is there.
    row = dashboard.locator(f"#open #incident-{hall.pk}")
    expect(row).to_be_visible(timeout=10_000)
    expect(row).to_contain_text(steps[0]["location"])
    hall.device("zhiban2").shoot("dashboard-new-report")

    seen = []
    for step in steps[1:]:
        hall.play(step)
        seen.append(step["does"])
        match step["does"], seen.count(step["does"]):
            case "merge", _:
                expect(dashboard.locator("#open [data-row]")).not_to_contain_text(
                    [f"incident-{pk}" for pk in hall.reported[1:]]
                )
            case "confirm", _:
                hall.expect_state("已确认")
                expect(row.locator(".grade")).to_contain_text("Ⅱ", timeout=10_000)
            case "command", _:
                hall.expect_state("已下令")
                hall.manual_on(hall.device("leader"), ["门诊收费处"])
                expect(dashboard.locator("main")).to_contain_text(
                    "正在用手工模式的科室", timeout=25_000
                )
            case "repair", _:
                hall.expect_state("修复中")
            case "notify", _:
                patient.reload()
                expect(patient.get_by_role("heading", level=1)).to_have_text("部分服务受影响")
                expect(patient.locator("main")).to_contain_text(step["affected"])
                expect(patient.locator("main")).to_contain_text(step["advice"])
            case "sign_off", _:
                hall.expect_state("现场清理")
            case "end_notice", _:
                patient.reload()
                expect(patient.locator("main")).to_contain_text("已恢复")
                expect(patient.locator("main")).to_contain_text(step["text"])
                hall.manual_off(hall.device("leader"))
            case "cleanup", _:
                hall.expect_state("评估中")
            case "review", _:
                hall.expect_state("已归档")

    check_the_second_reporter_was_answered(hall)
    check_the_report_can_be_printed(hall)
    expect(dashboard.locator(f"#open #incident-{hall.pk}")).to_have_count(0)


def check_the_second_reporter_was_answered(hall: Hall) -> None:
    page = hall.device("kefu").go("/reports/")
    expect(page.locator("main")).to_contain_text("和这一起合在一起处理")


def check_the_report_can_be_printed(hall: Hall) -> None:
    reader = hall.device("shenji")
    page = reader.go(f"{hall.address}report/")
    article = page.locator("article.report")
    expect(article).to_contain_text(hall.scenario["title"][:2])
    expect(article.locator("p.report__number")).to_have_text(re.compile(r"\d{4}"))
    expect(article).to_contain_text(f"共收到报告{len(hall.reported)}份")
    expect(article).to_contain_text("连接池监控告警")
    expect(page.locator("main")).to_contain_text("内容与日志中的校验值一致")
    reader.shoot("report-on-screen")
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    reader.shoot("report-on-paper")
