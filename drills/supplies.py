"""The steps about supplies: issued for the incident, and what became of them afterwards."""

import uuid
from typing import Any

from drills.callers import Callers, Surprise
from drills.scenario import Step


class Supplies:
    """`issue` and `return` of a play."""

    callers: Callers
    mark: str

    @property
    def main(self) -> int:
        raise NotImplementedError

    def _does_issue(self, step: Step, account: str) -> str:
        wanted, filled = [], 0
        for line in step.facts["supplies"]:
            item = self._item(account, line["item"])
            missing = line["quantity"] - item["free"]
            if missing > 0:
                # Earlier plays have used some up: the store is filled first, as it would be.
                self.callers.post(
                    account,
                    f"/supplies/{item['id']}/receive/",
                    quantity=missing,
                    place=item["place"],
                    reason="补充后发放",
                )
                filled += missing
            wanted.append({"item": item["id"], "quantity": line["quantity"]})
        body: dict[str, Any] = {
            "wanted": wanted,
            "taker": "各病区",
            # Sent twice on purpose: it must be done once.
            "client_uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.mark}-{step.at}")),
        }
        address = f"/incidents/{self.main}/issue_supplies/"
        self.callers.post(account, address, **body)
        self.callers.post(account, address, **body)
        out = {loan["name"]: 0 for loan in self._loans(account)}
        for loan in self._loans(account):
            out[loan["name"]] += loan["quantity"]
        for line in step.facts["supplies"]:
            if out.get(line["item"]) != line["quantity"]:
                raise Surprise(
                    f"{line['item']}发了 {out.get(line['item'])}，应为 {line['quantity']}。"
                )
        first = f"，先补充 {filled} 件" if filled else ""
        return f"已发放 {len(wanted)} 种{first}"

    def _does_return(self, step: Step, account: str) -> str:
        told = {line["item"]: line for line in step.facts["supplies"]}
        settled = 0
        for loan in self._loans(account):
            line = told.get(loan["name"])
            body: dict[str, Any] = {"version": loan["version"]}
            if line is None:
                # What the scenario brings back to nobody was built in.
                body |= {"consumed": loan["outstanding"], "reason": "已装上使用"}
            else:
                lost = min(line.get("lost", 0), loan["outstanding"])
                line["lost"] = line.get("lost", 0) - lost
                back = min(line["quantity"], loan["outstanding"] - lost)
                line["quantity"] -= back
                body |= {"returned": back, "lost": lost}
                if lost:
                    body |= {"reason": "遗失在病区", "name": "后勤值班员"}
            self.callers.post(account, f"/loans/{loan['id']}/give_back/", **body)
            settled += 1
        left = [loan["name"] for loan in self._loans(account)]
        if left:
            raise Surprise(f"还有没结清的领用：{'、'.join(left)}。")
        return f"{settled} 笔领用已结清"

    def _item(self, account: str, name: str) -> dict[str, Any]:
        found = self.callers.get(account, "/supplies/", name=name)["results"]
        if not found:
            raise Surprise(f"服务器上没有「{name}」这种物资。")
        item: dict[str, Any] = found[0]
        return item

    def _loans(self, account: str) -> list[dict[str, Any]]:
        """What is out for the incident and must come back."""
        stream = f"incident:{self.main}"
        found = self.callers.get(account, "/loans/", stream=stream, open="true")
        rows: list[dict[str, Any]] = found["results"]
        return rows
