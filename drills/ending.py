"""The end of a play: clean-up and review, and what all steps share."""

import datetime
from datetime import timedelta
from typing import Any

from drills.callers import Callers, Surprise
from drills.scenario import Cast, Scenario, Step, cause_of, measure_of


class Ending:
    """The steps after the restoration."""

    cast: Cast
    scenario: Scenario
    callers: Callers
    incidents: list[int]
    # What the review finds wanting in the plan; empty: nothing.
    plan_measure = "按本次实测修订预案的时限"

    @property
    def main(self) -> int:
        """The incident that the scenario is about: the first one reported."""
        if not self.incidents:
            raise Surprise("还没有人报告。")
        return self.incidents[0]

    def _does_cleanup(self, step: Step, account: str) -> str:
        checks = [row for row in self._checks(account, "repair") if row["result"] == "pending"]
        for check in checks:
            self._decide(account, check, "not_applicable", "本次故障不涉及")
        orders = [
            order
            for order in self._incident(account)["orders"]
            if order["state"] in ("issued", "read_back")
        ]
        for order in orders:
            done = self.callers.post(
                self.cast.departments[order["addressee"]],
                f"/orders/{order['id']}/finish/",
                version=order["version"],
                proof="已按指令完成",
            )
            if done["state"] != "done":
                raise Surprise(f"报告完成之后，指令仍是 {done['state']}。")
        said = self._say_all_clear()
        conditions = self.callers.get(account, f"/incidents/{self.main}/conditions/cleanup/")
        missing = [row["missing"] for row in conditions if not row["met"] and not row["waived"]]
        if missing:
            raise Surprise("清理的条件还不齐:" + ";".join(missing))
        now = self._verb(account, "cleanup", summary=step.facts["text"])
        return (
            f"{said}补 {len(checks)} 项检查结果、{len(orders)} 条指令的完成情况,"
            f"{self._expect(now, 'reviewing')}"
        )

    def _say_all_clear(self) -> str:
        """Before the clean-up everybody is told: `drills.paper` says it."""
        raise NotImplementedError

    def _does_review(self, step: Step, account: str) -> str:
        writer, reader = self.cast.submits, self.cast.receives
        clock = self.callers.clock
        attendees = [self.callers.person(name)["id"] for name in (writer, account)]
        self._review(
            writer,
            "record_meeting",
            # The server's clock comes in whole seconds, the report's time does not.
            meeting_at=max(clock, moment(self._incident(writer)["reported_at"])).isoformat(),
            place="院办公室会议室",
            chair=attendees[-1],
            attendees=attendees,
        )
        self._review(
            writer,
            "record_findings",
            root_cause=cause_of(step.facts["cause"]),
            root_cause_text=step.facts["cause"],
            process_evaluation="各科室按指令到位，用时见附表。",
        )
        measures = [("fix", *measure_of(line)) for line in step.facts["actions"]]
        if self.plan_measure:
            measures.append(("plan", self.plan_measure, "信息技术部", 30))
        for kind, measure, department, days in measures:
            self._review(
                writer,
                "add_action",
                kind=kind,
                measure=measure,
                department=self.callers.key_of("departments", department),
                due_on=(clock + timedelta(days=days)).date().isoformat(),
            )
        submitted = self._review(writer, "submit")
        own = self.callers.answer(writer, "POST", f"/reviews/{self.main}/receive/", {})
        if own.status_code != 403:
            raise Surprise(f"提交人接收自己的报告，得到 {own.status_code}，应被拒绝。")
        received = self._review(reader, "receive", version=submitted["version"])
        if received["state"] != "received":
            raise Surprise(f"接收之后，评估仍是 {received['state']}。")
        now = self._expect(self._incident(reader), "closed")
        return f"报告 {received['report_number']} 已提交并接收，{now}"

    # What all steps share ------------------------------------------------------------------------

    def _incident(self, account: str) -> dict[str, Any]:
        found: dict[str, Any] = self.callers.get(account, f"/incidents/{self.main}/")
        return found

    def _verb(self, account: str, verb: str, **facts: Any) -> dict[str, Any]:
        done: dict[str, Any] = self.callers.post(
            account, f"/incidents/{self.main}/{verb}/", **facts
        )
        return done

    def _review(self, account: str, verb: str, **facts: Any) -> dict[str, Any]:
        done: dict[str, Any] = self.callers.post(account, f"/reviews/{self.main}/{verb}/", **facts)
        return done

    def _checks(self, account: str, phase: str) -> list[dict[str, Any]]:
        """The checks of the repair, or of the restoration that is under way."""
        incident = self._incident(account)
        round_number = 0 if phase == "repair" else incident["round"]
        return [row for row in incident["checks"] if row["round"] == round_number]

    def _tries(self, check: dict[str, Any], account: str) -> str:
        """Who decides the item: the department that signs in the end, where the plan says so."""
        if check["decider"] != "department":
            return account
        signing = next(step for step in self.scenario.steps if step.does == "sign_off")
        return self.cast.account(signing)

    def _decide(
        self, account: str, check: dict[str, Any], result: str, remark: str | None = None
    ) -> dict[str, Any]:
        done: dict[str, Any] = self.callers.post(
            account,
            f"/checks/{check['id']}/decide/",
            result=result,
            remark=remark or ("试办成功" if "remark" in check["needs"] else ""),
            number=1 if "number" in check["needs"] else None,
            seen=check["result"],
        )
        if done["result"] != result:
            raise Surprise(f"「{check['text']}」记为 {done['result']}，应为 {result}。")
        return done

    def _expect(self, incident: dict[str, Any], *states: str) -> str:
        """The incident's state in words. Raises Surprise unless it is one of these."""
        if incident["state"] not in states:
            raise Surprise(
                f"{incident['number']} 现在是「{incident['state_label']}」,"
                f"应为 {'/'.join(states)}。"
            )
        return f"{incident['number']} {incident['state_label']}"


def moment(text: str) -> datetime.datetime:
    """A moment as the API writes it."""
    return datetime.datetime.fromisoformat(text)
