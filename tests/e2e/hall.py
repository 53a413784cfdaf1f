"""The verbs of a scenario, done by people in browsers: one method for each word after `does`."""

import hashlib
import re
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.at_work import PEOPLE
from tests.e2e.hall_paper import MOMENT, OnPaper
from tests.e2e.visiting import Visitor, choose

FAULT_TYPES = {("system_crash", "software"): "系统崩溃（软件）"}
RESULTS = {"done": "完成", "failed": "失败", "not_applicable": "不适用"}
# The scenario names causes in its own words, the plan in three kinds (row P16).
CAUSES = {"系统设计缺陷": "设计缺陷"}
OWNED = re.compile(r"^(?P<measure>.+)\((?P<department>.+),(?P<days>\d+)天\)$")


class Hall(OnPaper):
    """One run of a scenario."""

    def play(self, step: dict[str, Any]) -> None:
        who = step.get("name") if step.get("name") in PEOPLE else step["who"]
        getattr(self, step["does"])(self.device(who), step)

    def expect_state(self, words: str) -> None:
        """The incident's page says so to everybody; read by one who may only read."""
        page = self.device("shenji").go(self.address)
        expect(page.locator("#part-top .state")).to_have_text(re.compile(rf"^\s*{words}\s*$"))

    # The main road -------------------------------------------------------------------------------

    def report(self, by: Visitor, step: dict[str, Any]) -> None:
        page = by.go("/report/")
        for service in ("挂号", "缴费", "自助机"):
            if service in step["text"] or service == "缴费":
                choose(page, "services", service)
        page.get_by_label("具体位置").fill(step["location"])
        page.get_by_label("看到了什么？").fill(step["text"])
        if "waiting" in step:
            page.get_by_role("spinbutton", name="多少人在等？").fill(str(step["waiting"]))
        by.shoot(f"report-{len(self.reported) + 1}")
        page.get_by_role("button", name="报告", exact=True).click()
        page.wait_for_url("**/received/")
        expect(page.get_by_role("heading", level=1)).to_have_text("已收到您的报告")
        self.reported.append(int(re.search(r"/incidents/(\d+)/", page.url)[1]))
        by.shoot(f"received-{len(self.reported)}")

    def acknowledge(self, by: Visitor, _step: dict[str, Any]) -> None:
        self._press(by, "acknowledge", "确认收到")

    def merge(self, by: Visitor, _step: dict[str, Any]) -> None:
        for pk in self.reported[1:]:
            page = self._open(by, "merge", pk)
            page.locator(f"label.chip:has(input[name='into'][value='{self.pk}'])").click()
            page.get_by_role("button", name="并入已有事件").click()
            page.wait_for_url(f"**/incidents/{pk}/")
            expect(page.locator("#part-top")).to_contain_text("已并入")

    def confirm(self, by: Visitor, step: dict[str, Any]) -> None:
        page = self._open(by, "confirm")
        component = self.scenario["fault"]["component"]
        choose(page, "fault_type", FAULT_TYPES[step["fault_type"], component])
        choose(page, "level", re.compile(rf"^\s*{step['grade']}级"))
        for department in step["affected"]:
            choose(page, "affected", department)
        choose(page, "convene", "召集" if step["convene"] else "不召集")
        page.get_by_label("召集与否的理由").fill(step["reason"])
        by.shoot("confirm-form")
        self._send(page, "确认故障")

    def command(self, by: Visitor, step: dict[str, Any]) -> None:
        """The commander's own page on a phone: what is suggested and fits, the rest written."""
        page = by.go("/command/")
        decision = page.locator(f"h2 a[href='{self.address}']")
        # Whatever else waits and weighs more comes first; the others are one tap away.
        other = page.locator(f"a[href$='?incident={self.pk}']")
        expect(decision.or_(other)).to_be_visible()
        if other.is_visible():
            other.click()
        expect(decision).to_be_visible()
        by.shoot("commander-decides")
        orders = {order["to"]: order for order in step["orders"]}
        sheet = page.locator(f"form[action='{self.address}command/']")
        for row in sheet.locator("fieldset").all():
            wanted = orders.pop(row.locator("legend").inner_text().strip(), None)
            if wanted is None:
                if row.locator("input[type=checkbox]").is_checked():
                    row.locator("label.chip").click()
                continue
            row.locator("summary").click()
            row.get_by_label("内容").fill(wanted["text"])
            row.get_by_role("spinbutton", name="几分钟内完成").fill(str(wanted["minutes"]))
        own = sheet.locator("#own-orders")
        if own.get_attribute("open") is None:
            own.locator("summary").click()
        for number, wanted in enumerate(orders.values()):
            own.get_by_label("发给谁").nth(number).select_option(label=wanted["to"])
            own.get_by_label("内容").nth(number).fill(wanted["text"])
            minutes = own.get_by_role("spinbutton", name="几分钟内完成").nth(number)
            minutes.fill(str(wanted["minutes"]))
        sheet.get_by_role("button", name="下达指令").click()
        expect(page.locator("#orders-under-way")).to_contain_text(step["orders"][0]["text"])
        by.shoot("commander-watches")

    def read_back(self, by: Visitor, _step: dict[str, Any]) -> None:
        """The scenario names one department; the others answer their phones as well."""
        for order in self.orders:
            device = self.device(order["to"])
            page = device.go("/orders/")
            device.shoot(f"my-orders-{PEOPLE[order['to']]}")
            card = page.locator("article.order").filter(has_text=order["text"])
            card.get_by_role("button", name="复诵：收到，明白").click()
            expect(page.locator("main")).to_contain_text("复诵确认：已办")

    @property
    def orders(self) -> list[dict[str, Any]]:
        return next(step["orders"] for step in self.scenario["steps"] if "orders" in step)

    def repair(self, by: Visitor, step: dict[str, Any]) -> None:
        page = self._open(by, "repair")
        lead = page.get_by_label("主修人")
        option = lead.locator("option", has_text=step["lead"])
        lead.select_option(value=option.get_attribute("value"))
        self._send(page, "开始修复")
        expect(page.locator("#part-checks li.check")).to_have_count(5)

    # Telling patients ----------------------------------------------------------------------------

    def notify(self, by: Visitor, step: dict[str, Any]) -> None:
        """Written by one, approved by another, published; the second time as an update."""
        notices = f"{self.address}notices/"
        page = by.go(notices)
        page.get_by_role("link", name=re.compile("^(起草通知|更新通知)$")).click()
        # Each has an English twin behind a fold.
        page.get_by_label("什么用不了", exact=True).fill(step["affected"])
        page.get_by_label("现在怎么办", exact=True).fill(step["advice"])
        now = timezone.localtime()
        moment = now + timedelta(minutes=step["next_update_minutes"])
        page.get_by_label("下次通报时间").fill(moment.strftime(MOMENT))
        page.get_by_text("急诊、预计恢复、开始时间、电话").click()
        earliest, latest = step["expected_minutes"]
        for label, minutes in (("预计最早恢复", earliest), ("预计最晚恢复", latest)):
            moment = now + timedelta(minutes=minutes)
            page.get_by_label(label).fill(moment.strftime(MOMENT))
        expect(page.locator("section[aria-labelledby=preview-title]")).to_contain_text(
            step["advice"]
        )
        by.shoot("notice-draft")
        page.get_by_role("button", name="提交批准").click()
        page.wait_for_url(f"**{notices}")
        # Nobody approves their own words.
        expect(page.get_by_role("link", name="批准通知")).to_have_count(0)
        # At this grade the leading group approves, not a colleague.
        colleague = self.device("kefu2").go(notices)
        expect(colleague.get_by_role("link", name="批准通知")).to_have_count(0)
        self._act_on_notice(self.device("leader"), "批准通知")
        self._act_on_notice(by, "发布通知")
        by.shoot("notices-of-incident")

    def end_notice(self, by: Visitor, step: dict[str, Any]) -> None:
        self._act_on_notice(by, "结束通知", text=step["text"])

    def _act_on_notice(self, by: Visitor, label: str, text: str = "") -> None:
        page = by.go(f"{self.address}notices/")
        page.get_by_role("link", name=label).click()
        if text:
            page.get_by_label("现在的情况", exact=True).fill(text)
        page.get_by_role("button", name=label).click()
        page.wait_for_url(f"**{self.address}notices/")

    # Repairing and restoring ---------------------------------------------------------------------

    def check(self, by: Visitor, step: dict[str, Any]) -> None:
        page = by.go(self.address)
        self._decide(page, step["item"], step["result"], step.get("text", ""))

    def restore_check(self, by: Visitor, step: dict[str, Any]) -> None:
        """The first restoration: everything is tried, and one thing does not pass."""
        page = self._open(by, "restore")
        self._send(page, "开始恢复验证")
        by.shoot("incident-restoring")
        window = self.device("门诊收费处").go(self.address)
        self._decide(window, "挂号试办一笔", "done", "挂上了")
        self._decide(window, "缴费试办一笔", step["result"], step["text"])
        page = by.go(self.address)
        expect(page.locator("#part-top .state")).to_have_text(re.compile("修复中"))

    def restore(self, by: Visitor, step: dict[str, Any]) -> None:
        page = self._open(by, "restore")
        self._send(page, "开始恢复验证")
        expect(page.get_by_role("button", name="签字：服务已恢复")).to_have_count(0)
        window = self.device("门诊收费处").go(self.address)
        for item in ("挂号试办一笔", "缴费试办一笔", "查询与导诊可用"):
            self._decide(window, item, "done", "试办成功")
        page = by.go(self.address)
        pending = page.locator("#part-checks ul.checks").first.locator("li.check--pending")
        while left := pending.count():
            pending.first.get_by_role("button", name="完成").click()
            expect(pending).to_have_count(left - 1)
        backup = step["backup"]
        form = page.locator("#backup-form")
        form.get_by_label("备份名称或文件名").fill(backup["file"])
        form.get_by_role("spinbutton", name="大小").fill(str(backup["size_mb"]))
        sum_of_file = hashlib.sha256(backup["file"].encode()).hexdigest()
        form.get_by_label("SHA-256").fill(sum_of_file)
        form.get_by_role("button", name="登记备份").click()
        expect(page.locator("#part-ending")).to_contain_text(backup["file"])
        by.shoot("incident-proofs")
        self._sign(by)
        # One person's signature restores nothing, and nobody signs twice.
        expect(page.get_by_role("button", name="签字：服务已恢复")).to_have_count(0)
        self.expect_state("恢复验证")

    def sign_off(self, by: Visitor, _step: dict[str, Any]) -> None:
        by.go(self.address)
        self._sign(by)
        expect(by.page.locator("#part-top .state")).to_have_text(re.compile("现场清理"))
        by.shoot("incident-cleaning")

    def _sign(self, by: Visitor) -> None:
        by.page.get_by_role("button", name="签字：服务已恢复").click()
        expect(by.page.locator("section[aria-labelledby=signatures]")).to_contain_text("：")

    def _decide(self, page: Page, item: str, result: str, remark: str) -> None:
        row = page.locator("#part-checks li.check--pending").filter(has_text=item)
        if remark:
            if row.locator("details.check__more").get_attribute("open") is None:
                row.locator("summary").click()
            row.get_by_label("备注").fill(remark)
        row.get_by_role("button", name=RESULTS[result], exact=True).click()
        decided = page.locator(f"#part-checks li.check--{result}").filter(has_text=item)
        # What failed in a restoration sends it back, and its round is shown no more.
        if result != "failed" or "试办" not in item:
            expect(decided.last).to_contain_text(remark)

    # Cleaning up and learning --------------------------------------------------------------------

    def cleanup(self, by: Visitor, step: dict[str, Any]) -> None:
        """Not before the proof of completeness: orders done with a word of proof, items decided."""
        page = self._open(by, "cleanup")
        by.shoot("cleanup-refused")
        page.get_by_label("处理总结").fill(step["text"])
        page.get_by_role("button", name="完成现场清理").click()
        expect(page.locator(".form-errors")).to_be_visible()
        expect(page.get_by_label("处理总结")).to_have_value(step["text"])
        for order in self.orders:
            self._finish_order(self.device(order["to"]), order)
        self._decide_the_rest(by)
        self.all_clear(self.device("leader"))
        page = self._open(by, "cleanup")
        page.get_by_label("处理总结").fill(step["text"])
        self._send(page, "完成现场清理")

    def _finish_order(self, by: Visitor, order: dict[str, Any]) -> None:
        page = by.go("/orders/")
        card = page.locator("article.order").filter(has_text=order["text"])
        card.get_by_role("link", name="报告完成").click()
        page.get_by_label("完成情况，一句话").fill(
            self.proof if order["to"] == "门诊收费处" else "已办完"
        )
        page.get_by_role("button", name="报告完成").click()
        page.wait_for_url("**/orders/")

    def _decide_the_rest(self, by: Visitor) -> None:
        page = by.go(self.address)
        pending = page.locator("#part-checks li.check--pending:has(.check__form)")
        while left := pending.count():
            pending.first.get_by_role("button", name="完成").click()
            expect(pending).to_have_count(left - 1)

    def review(self, _by: Visitor, step: dict[str, Any]) -> None:
        """Written by a head of a group, received by the leading group, which is somebody else."""
        address = f"{self.address}review/"
        writer = self.device("xinxi")
        page = writer.go(address)
        writer.shoot("review-empty")
        page.get_by_text("会已经开过，补记").click()
        meeting = page.locator("#meeting form[action$='/record_meeting/']")
        meeting.get_by_label("会议时间").fill(timezone.localtime().strftime(MOMENT))
        meeting.get_by_label("会议地点").fill("行政楼三层会议室")
        meeting.get_by_label("主持人").select_option(label="钱院长")
        choose(page, "attendees", "陈工")
        choose(page, "attendees", "韩组长")
        meeting.get_by_role("button").last.click()
        findings = page.locator("#findings")
        choose(page, "root_cause", CAUSES[step["cause"]])
        findings.get_by_label("原因说明").fill("连接池上限过低，断链后重试不设上限")
        findings.get_by_label("各科室配合与响应评价").fill("各科室按时复诵，首次通知按时发布")
        findings.get_by_role("button", name="保存原因与评价").click()
        expect(page.locator("main")).to_contain_text("原因与评价已保存")
        for number, text in enumerate(step["actions"]):
            self._add_action(page, text, number)
        writer.shoot("review-ready")
        page.get_by_role("button", name="提交报告").click()
        expect(page.locator("#report")).to_contain_text("等领导小组接收")
        receiver = self.device("yuanzhang")
        page = receiver.go(address)
        page.get_by_role("button", name="接收报告并归档").click()
        expect(page.locator("main")).to_contain_text("报告已接收，事件已归档")
        receiver.shoot("review-received")

    def _add_action(self, page: Page, text: str, number: int) -> None:
        said = OWNED.match(text)
        actions = page.locator("#actions")
        form = actions.locator("form[action$='/add_action/']")
        if not form.get_by_label("措施").is_visible():
            actions.get_by_text("添加整改项").first.click()
        choose(page, "kind", "技术整改")
        form.get_by_label("措施").fill(said["measure"])
        form.get_by_label("责任科室").select_option(label=said["department"])
        due = timezone.localdate() + timedelta(days=int(said["days"]))
        form.get_by_label("完成日期").fill(due.isoformat())
        form.get_by_role("button", name="添加整改项").click()
        expect(actions.locator("li.check")).to_have_count(number + 1)
