"""Paper in a play: manual mode by the orders, numbered forms entered afterwards, all clear."""

import uuid
from typing import Any

from drills.callers import Callers, Surprise
from drills.ending import Ending
from drills.scenario import Step

# Orders that send a department to paper say one of these.
_BY_HAND = ("手工", "手写", "纸质")
_EXPECTED_MINUTES = 120


class Paper(Ending):
    """The steps of manual mode and back-entry, and what goes with other steps."""

    callers: Callers
    # Who gave the orders: manual mode and all clear are theirs.
    commander = ""

    def _go_manual(self, account: str, orders: list[dict[str, Any]]) -> str:
        """The departments whose orders say so work on paper; gives words for the line."""
        self.commander = account
        names = [order["to"] for order in orders if any(word in order["text"] for word in _BY_HAND)]
        # Who only counts the receipts of others goes on with the computers.
        names = [name for name in names if name in self.cast.departments and name != "财务部"]
        if not names:
            return ""
        self._verb(
            account,
            "manual_on",
            departments=[self.callers.key_of("departments", name) for name in names],
            reason="按指令转手工办理",
            minutes=_EXPECTED_MINUTES,
        )
        self._confirm_modes("ordered", "confirm_on", "on")
        return f"，{'、'.join(names)}转手工并确认"

    def _leave_manual(self) -> str:
        """The service works again: back to the computers, each confirms."""
        modes = self._modes("on")
        if not modes:
            return ""
        departments = [mode["department"]["id"] for mode in modes]
        self._verb(self.commander, "manual_off", departments=departments)
        self._confirm_modes("leaving", "confirm_off", "ended")
        return f"，{len(modes)} 个科室停用手工并确认"

    def _modes(self, state: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.callers.get(
            self.commander, "/manual-modes/", incident=self.main, state=state
        )["results"]
        return found

    def _confirm_modes(self, state: str, verb: str, then: str) -> None:
        for mode in self._modes(state):
            account = self.cast.departments[mode["department"]["name"]]
            done = self.callers.post(
                account, f"/manual-modes/{mode['id']}/{verb}/", version=mode["version"]
            )
            if done["state"] != then:
                raise Surprise(f"确认之后，手工模式仍是 {done['state']}。")

    def _does_back_entry(self, step: Step, account: str) -> str:
        """Forms are opened, told, entered by one and checked by another, the cash compared."""
        forms = step.facts["forms"]
        entered, void = forms["re_entered"], forms["void"]
        if forms["used"] != entered + void:
            raise Surprise("剧本里用过的张数不等于补录加作废。")
        cash = f"{forms['cash_total_yuan']:.2f}"
        department = self.callers.key_of("departments", step.name)
        batch = self.callers.ask(
            account,
            "POST",
            "/batches/reserve/",
            {
                "department": department,
                "kind": "手写收据",
                "prefix": f"S{department}-",
                "count": forms["issued"],
                "with_cash": True,
                "client_uuid": str(uuid.uuid4()),
            },
            expect=201,
        )
        first, address = batch["first"], f"/batches/{batch['id']}"
        self.callers.post(account, f"{address}/open/", incident=self.main)
        used = f"{first}-{first + entered - 1}"
        incident = self._incident(account)
        entry = self.callers.post(
            account,
            f"{address}/reenter/",
            numbers=used,
            event_from=incident["reported_at"],
            event_to=incident["restored_at"],
            amount=cash,
        )
        again = self.callers.answer(
            account,
            "POST",
            f"{address}/reenter/",
            {"numbers": str(first), "event_from": incident["reported_at"], "amount": "1.00"},
        )
        if again.status_code != 409:
            raise Surprise(f"同一张补录两次，得到 {again.status_code}，应被拒绝。")
        void_numbers = f"{first + entered}-{first + entered + void - 1}" if void else ""
        self.callers.post(
            account, f"{address}/account/", used=used, void=void_numbers, rest_unused=True
        )
        check = f"/reentries/{entry['id']}/check/"
        own = self.callers.answer(account, "POST", check, {})
        if own.status_code != 403:
            raise Surprise(f"补录人复核自己，得到 {own.status_code}，应被拒绝。")
        self._hinders_cleanup(account, batch["id"])
        self.callers.post(self.cast.departments["财务部"], check)
        self.callers.post(account, f"{address}/count_cash/", total=cash)
        closed = self.callers.post(account, f"{address}/close/")
        if closed["state"] != "closed":
            raise Surprise(f"结清之后，批次仍是 {closed['state']}。")
        counts = f"领用 {forms['issued']} 张，补录 {entered} 张，作废 {void} 张"
        return f"{counts}，收款 {cash} 元一致，已结清"

    def _hinders_cleanup(self, account: str, batch: int) -> None:
        conditions = self.callers.get(account, f"/incidents/{self.main}/conditions/cleanup/")
        if not any(row["key"] == f"batch-{batch}" and not row["met"] for row in conditions):
            raise Surprise("表单还没有结清，清理的条件里却没有它。")

    def _say_all_clear(self) -> str:
        """Said by who commands, confirmed by every department of the cast."""
        self._leave_manual()
        self._verb(self.commander, "all_clear", words="服务已恢复，请改回系统办理。")
        receipts = self.callers.get(
            self.commander, "/all-clear-receipts/", incident=self.main, page_size=100
        )["results"]
        confirmed = 0
        for receipt in receipts:
            account = self.cast.departments.get(receipt["department"]["name"])
            if account is not None:
                self.callers.post(account, f"/all-clear-receipts/{receipt['id']}/confirm/")
                confirmed += 1
        return f"已宣布解除，{confirmed}/{len(receipts)} 个科室确认，"
