"""People at their devices who see to one incident: how they get to it and do one of its verbs."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.visiting import PHONE, Visitor, Visitors

# Who plays a scenario's speaker: by the name that it gives, else by the role.
PEOPLE = {
    "门诊收费处 3 号窗口": "chuangkou",
    "自助机巡检员": "kefu",
    "门诊二层收费处": "kefu2",
    "门诊收费处": "shoufei",
    "客户服务部": "kefu",
    "财务部": "caiwu",
    "后勤部": "houqin",
    "cs": "kefu",
    "it": "zhiban",
    "leader": "yuanzhang",
}
ON_THE_PHONE = ("chuangkou", "kefu2", "yuanzhang", "shoufei", "caiwu", "houqin")


class AtWork:
    """One run of a scenario. `pk` is the incident into which the reports were merged."""

    # What a department says of an order that it has done, where the paper gave it numbers.
    proof: str

    def __init__(self, visitors: Visitors, scenario: dict[str, Any]):
        self.visitors = visitors
        self.scenario = scenario
        self.reported: list[int] = []
        self._devices: dict[str, Visitor] = {}

    @property
    def pk(self) -> int:
        return self.reported[0]

    @property
    def address(self) -> str:
        return f"/incidents/{self.pk}/"

    def device(self, who: str) -> Visitor:
        """The browser of a person, by username, role or the scenario's name."""
        username = PEOPLE.get(who, who)
        if username not in self._devices:
            size = {"size": PHONE} if username in ON_THE_PHONE else {}
            self._devices[username] = self.visitors.person(username, **size)
        return self._devices[username]

    def _open(self, by: Visitor, verb: str, pk: int | None = None) -> Page:
        """From the incident's page to the verb's, by the button that the machine offers."""
        address = f"/incidents/{pk or self.pk}/"
        page = by.go(address)
        page.locator(f"#part-top a[href='{address}{verb}/']").click()
        page.wait_for_url(f"**{address}{verb}/")
        return page

    def _press(self, by: Visitor, verb: str, label: str) -> None:
        self._send(self._open(by, verb), label)

    def _send(self, page: Page, label: str) -> None:
        page.get_by_role("button", name=label, exact=True).click()
        page.wait_for_url(f"**{self.address}")
        expect(page.locator("main")).to_contain_text(f"{label}：已办")
