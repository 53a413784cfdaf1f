"""The verbs of a scenario on paper: manual mode, forms entered afterwards, and the all clear."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.at_work import AtWork
from tests.e2e.visiting import Visitor, choose

# As a browser's field for date and time takes it.
MOMENT = "%Y-%m-%dT%H:%M"


class OnPaper(AtWork):
    """What `Hall` does without computers."""

    def back_entry(self, by: Visitor, step: dict[str, Any]) -> None:
        """Forms of the department's own, entered by the window, checked and settled by the head."""
        forms = step["forms"]
        self.proof = f"手写收据发出 {forms['issued']} 张，已用 {forms['used']} 张"
        page = by.go("/paper/")
        page.get_by_label("表单", exact=True).fill("手写收据")
        page.get_by_label("这种表单收钱").check()
        page.get_by_label("号码前缀").fill("E2E-")
        page.get_by_label("起号").fill("1")
        page.get_by_label("止号").fill(str(forms["issued"]))
        page.get_by_role("button", name="登记表单").click()
        page.wait_for_url(re.compile(r"/paper/\d+/$"))
        page.get_by_label("用于哪起故障").select_option(str(self.pk))
        page.get_by_role("button", name="启用表单").click()
        expect(page.locator("#mark")).to_be_visible()
        address = re.sub(r"^https?://[^/]+", "", page.url.split("#")[0])
        used, cash = f"1-{forms['re_entered']}", f"{forms['cash_total_yuan']:.2f}"
        self._enter(self.device("门诊收费处 3 号窗口"), address, used, cash)
        self._settle(by, address, used, forms, cash)

    def _enter(self, by: Visitor, address: str, numbers: str, cash: str) -> None:
        page = by.go(address)
        section = page.locator("section[aria-labelledby=reenter]")
        section.get_by_label("号码").fill(numbers)
        earlier = timezone.localtime() - timedelta(minutes=1)
        section.get_by_label("纸上的时间，从").fill(f"{earlier:{MOMENT}}")
        section.get_by_label("系统里这几张的金额（元）").fill(cash)
        by.shoot("paper-desk")
        section.get_by_role("button", name="登记补录").click()
        entries = page.locator("section[aria-labelledby=check]")
        expect(entries).to_contain_text(numbers)
        # Nobody checks what they entered themselves.
        expect(entries.get_by_role("button", name="复核：系统和纸面一致")).to_have_count(0)

    def _settle(
        self, by: Visitor, address: str, used: str, forms: dict[str, Any], cash: str
    ) -> None:
        page = by.go(address)
        page.get_by_role("button", name="复核：系统和纸面一致").click()
        expect(page.locator("section[aria-labelledby=check]")).to_contain_text("已复核")
        page.locator("#account-form summary").click()
        account = page.locator("#account-fields")
        account.get_by_label("使用").fill(used)
        first_void = forms["re_entered"] + 1
        account.get_by_label("作废").fill(f"{first_void}-{first_void + forms['void'] - 1}")
        # While one types, what is missing is said with its numbers.
        expect(page.locator("#count")).to_contain_text(f"缺 {first_void + forms['void']} 到")
        page.get_by_label("没写到的都点过，没有用").check()
        expect(page.locator("#count")).to_contain_text("都有去向")
        account.get_by_role("button", name="点清号码").click()
        page.get_by_label("纸面合计（元）").fill("21670.00")
        page.get_by_role("button", name="登记纸面合计").click()
        cash_section = page.locator("section[aria-labelledby=cash]")
        difference = float(cash) - 21670
        expect(cash_section).to_contain_text(f"{difference:+.2f}")
        expect(page.get_by_role("button", name="结清这批表单")).to_have_count(0)
        page.get_by_label("差额是怎么来的").fill("117 号多收，已退")
        page.get_by_role("button", name="说明差额，记我的名字").click()
        by.shoot("paper-ready")
        page.get_by_role("button", name="结清这批表单").click()
        expect(page.locator("section[aria-labelledby=close]")).to_contain_text("结清")
        expect(page.locator("main .state").first).to_contain_text("已结清")

    def manual_on(self, by: Visitor, departments: list[str]) -> None:
        """Who commands sends departments to paper; the window confirms on its phone."""
        page = self._open(by, "manual_on")
        for name in departments:
            choose(page, "departments", name)
        page.get_by_label("理由").fill("挂号缴费全停")
        self._send(page, "转手工模式")
        clerk = self.device("门诊收费处 3 号窗口")
        page = clerk.go(f"{self.address}paper/")
        expect(page.locator(".bands")).to_contain_text("请确认收到")
        page.get_by_role("button", name="确认：我们已转手工").click()
        expect(page.locator("main")).to_contain_text("沈月确认")
        clerk.shoot("paper-manual-confirmed")

    def manual_off(self, by: Visitor) -> None:
        page = self._open(by, "manual_off")
        self._send(page, "停用手工模式")
        page = self.device("门诊收费处").go(f"{self.address}paper/")
        page.get_by_role("button", name="确认：我们已停用手工").click()
        expect(page.locator("main")).to_contain_text("韩组长确认")

    def all_clear(self, by: Visitor) -> None:
        """Every department is told; one confirms, and everybody sees who has."""
        page = self._open(by, "all_clear")
        expect(page.get_by_label("告诉各科室的话")).to_have_value(re.compile("已经恢复"))
        self._send(page, "宣布解除")
        page = self.device("门诊收费处").go(f"{self.address}all-clear/")
        page.get_by_role("button", name="确认：收到解除").click()
        expect(page.locator("main")).to_contain_text("韩组长确认")
        expect(page.locator("main")).to_contain_text("谁收到了")
        self.device("门诊收费处").shoot("all-clear")
