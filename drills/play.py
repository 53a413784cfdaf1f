"""Playing a scenario against a running server: each step is what its person would send."""

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from drills.callers import Callers, Surprise
from drills.ending import moment
from drills.law import Law
from drills.paper import Paper
from drills.revising import Revising
from drills.scenario import Cast, Scenario, Step, fault_type_of, level_of
from drills.supplies import Supplies


class Play(Paper, Law, Supplies, Revising):
    """One performance of a scenario. Every method `_does_x` gives a line about what came of it."""

    def __init__(self, scenario: Scenario, cast: Cast, callers: Callers) -> None:
        self.scenario = scenario
        self.cast = cast
        self.callers = callers
        self.mark = uuid.uuid4().hex
        self.incidents: list[int] = []

    def steps(self, speed: float) -> Iterator[tuple[Step, str]]:
        """Play step by step, `speed` times as fast as life (0: without waiting).

        Gives each step with what came of it. Raises Surprise where the product differs.
        """
        began = time.monotonic()
        for step in self.scenario.steps:
            if speed > 0:
                time.sleep(max(0.0, began + step.at * 60 / speed - time.monotonic()))
            yield step, self._play(step)

    def before(self) -> Iterator[tuple[str, str, str]]:
        """What is done before the first step: `(who, what, result)` each. Nothing here."""
        yield from ()

    def after(self) -> Iterator[tuple[str, str, str]]:
        """When the report is received: its measure for the plan goes into the next version. Of a
        scenario that ends before its review nothing follows."""
        writer = self.cast.submits
        actions = self.callers.get(writer, f"/reviews/{self.main}/")["actions"]
        found = [row["id"] for row in actions if row["kind"] == "plan"]
        if not found:
            return
        (action,) = found
        said = self._change_the_plan(f"action:{action}", "按评估报告的整改项修订")
        demands = self.callers.get(writer, f"/actions/{action}/demands/")
        if [row["met"] for row in demands if row["demand"] == "plan"] != [True]:
            raise Surprise("预案已发布，整改项却不认。")
        yield self.cast.changes_plan, "修订预案", f"{said}，写明来自评估的整改项"

    def _play(self, step: Step) -> str:
        act: Callable[[Step, str], str] | None = getattr(self, f"_does_{step.does}", None)
        if act is None:
            raise Surprise(f"不认识的动作「{step.does}」。")
        return act(step, self.cast.account(step))

    # What each step does -------------------------------------------------------------------------

    def _does_report(self, step: Step, account: str) -> str:
        body: dict[str, Any] = {"seen": step.facts["text"], "location": step.facts["location"]}
        if "waiting" in step.facts:
            body["waiting"] = step.facts["waiting"]
        self.callers.person(account)
        if not self.incidents:
            body["services"] = [
                self.callers.key_of("services", name) for name in self.scenario.services
            ]
        headers = {"Idempotency-Key": f"{self.mark}-{len(self.incidents)}"}
        made = self.callers.ask(account, "POST", "/incidents/", body, expect=201, headers=headers)
        again = self.callers.ask(account, "POST", "/incidents/", body, headers=headers)
        if again["id"] != made["id"]:
            raise Surprise("同一份报告发送两次，成了两起。")
        self.incidents.append(made["id"])
        return self._expect(made, "reported")

    def _does_alert(self, step: Step, account: str) -> str:
        now = self._verb(account, "add_report", seen=step.facts["text"])
        return f"补充报告，{self._expect(now, 'reported', 'confirmed', 'commanded', 'repairing')}"

    def _does_no_answer(self, step: Step, account: str) -> str:
        if self._incident(account)["acknowledged_at"] is not None:
            raise Surprise("无人应答，却已记为确认收到。")
        return "无人确认收到，时钟继续走"

    def _does_acknowledge(self, step: Step, account: str) -> str:
        now = self._verb(account, "acknowledge")
        if now["acknowledged_at"] is None:
            raise Surprise("确认收到后没有记下时间。")
        return f"已确认收到，{self._expect(now, 'reported')}"

    def _does_merge(self, step: Step, account: str) -> str:
        main, *others = self.incidents
        for other in others:
            now = self.callers.post(account, f"/incidents/{other}/merge/", into=main)
            self._expect(now, "merged")
        return f"{len(others)} 起已并入 {self._incident(account)['number']}"

    def _does_confirm(self, step: Step, account: str) -> str:
        facts = step.facts
        fault = self.scenario.fault
        now = self._verb(
            account,
            "confirm",
            fault_type=fault_type_of(facts["fault_type"], fault.get("component", "")),
            level=level_of(facts["grade"]),
            convene=facts["convene"],
            reason=facts["reason"],
            title=self.scenario.title,
            records_exposed=facts.get("records_exposed"),
            affected=[self.callers.key_of("departments", name) for name in facts["affected"]],
        )
        return f"{facts['grade']}级，{self._expect(now, 'confirmed')}"

    def _does_command(self, step: Step, account: str) -> str:
        orders = [
            {
                "department": self.callers.key_of("departments", order["to"]),
                "text": order["text"],
                "minutes": order["minutes"],
            }
            for order in step.facts["orders"]
        ]
        now = self._verb(account, "command", orders=orders)
        manual = self._go_manual(account, step.facts["orders"])
        return f"{len(orders)} 条指令，{self._expect(now, 'commanded')}{manual}"

    def _does_read_back(self, step: Step, account: str) -> str:
        waiting = self.callers.get(
            account, "/orders/", incident=self.main, state="issued", mine="true"
        )["results"]
        if not waiting:
            raise Surprise("没有等待复诵的指令。")
        for order in waiting:
            done = self.callers.post(
                account, f"/orders/{order['id']}/read_back/", version=order["version"]
            )
            if done["state"] != "read_back":
                raise Surprise(f"复诵之后，指令仍是 {done['state']}。")
        return f"已复诵 {len(waiting)} 条"

    def _does_repair(self, step: Step, account: str) -> str:
        lead = self.callers.person(self.cast.names[step.facts["lead"]])
        now = self._verb(account, "repair", lead=lead["id"])
        return f"主修人 {lead['name']},{self._expect(now, 'repairing')}"

    def _does_notify(self, step: Step, account: str) -> str:
        facts = step.facts
        asked = facts["next_update_minutes"]
        minutes = min(asked, self._longest_interval(account) or asked)
        clock = self.callers.clock
        words: dict[str, Any] = {
            "affected": facts["affected"],
            "advice": facts["advice"],
            "next_update_at": (clock + timedelta(minutes=minutes)).isoformat(),
        }
        if "expected_minutes" in facts:
            earliest, latest = facts["expected_minutes"]
            words["expected_from"] = (clock + timedelta(minutes=earliest)).isoformat()
            words["expected_to"] = (clock + timedelta(minutes=latest)).isoformat()
        public = self._public_notice(account)
        if public is None:
            draft = self.callers.ask(
                account, "POST", "/notices/", {"incident": self.main, **words}, expect=201
            )
        else:
            draft = self.callers.post(account, f"/notices/{public['id']}/update/", **words)
        address = f"/notices/{draft['id']}"
        own = self.callers.answer(account, "POST", f"{address}/approve/", {})
        if own.status_code != 403:
            raise Surprise(f"起草人批准自己的通知，得到 {own.status_code}，应被拒绝。")
        approved = self.callers.post(
            self.cast.second_person, f"{address}/approve/", version=draft["version"]
        )
        done = self.callers.post(account, f"{address}/publish/", version=approved["version"])
        if done["state"] != "published":
            raise Surprise(f"发布之后，通知仍是 {done['state']}。")
        held = f"(原定 {asked} 分钟，预案最多 {minutes})" if minutes < asked else ""
        return f"第 {done['number']} 版已发布，{minutes} 分钟内再通报{held}"

    def _does_notify_late(self, step: Step, account: str) -> str:
        clocks = [
            clock for clock in self._incident(account)["clocks"] if clock["kind"] == "next_notice"
        ]
        if not clocks:
            raise Surprise("没有「下次患者通知」的时钟。")
        if moment(clocks[0]["due_at"]) > self.callers.clock:
            return "时钟在走；播放比真实时间快，还没有到点"
        if clocks[0]["passed_at"] is None:
            raise Surprise("下次通报时间已过，却没有告警。")
        return "已超时并告警"

    def _does_check(self, step: Step, account: str) -> str:
        wanted = step.facts["item"]
        for check in self._checks(account, "repair"):
            if check["text"] == wanted:
                done = self._decide(account, check, step.facts["result"], step.facts.get("text"))
                return f"「{wanted}」{done['result']}"
        raise Surprise(f"检查单上没有「{wanted}」。")

    def _does_restore_check(self, step: Step, account: str) -> str:
        self._expect(self._verb(account, "restore"), "restoring")
        check = self._checks(account, "restore")[0]
        tries = self._tries(check, account)
        self._decide(tries, check, step.facts["result"], step.facts["text"])
        return f"「{check['text']}」未通过，{self._expect(self._incident(account), 'repairing')}"

    def _does_restore(self, step: Step, account: str) -> str:
        self._expect(self._verb(account, "restore"), "restoring")
        checks = self._checks(account, "restore")
        for check in checks:
            self._decide(self._tries(check, account), check, "done")
        backup = step.facts["backup"]
        self._verb(
            account,
            "add_backup",
            name=backup["file"],
            size_bytes=backup["size_mb"] * 1024 * 1024,
            sha256=_sha256_of(backup["file"]),
        )
        now = self._verb(account, "sign")
        return f"{len(checks)} 项通过，备份有凭证，一方已签字，{self._expect(now, 'restoring')}"

    def _does_sign_off(self, step: Step, account: str) -> str:
        return f"第二方已签字，{self._expect(self._verb(account, 'sign'), 'cleaning')}"

    def _does_end_notice(self, step: Step, account: str) -> str:
        public = self._public_notice(account)
        if public is None:
            raise Surprise("没有正在发布的通知。")
        text = step.facts.get("text") or f"{public['affected']}已恢复正常"
        done = self.callers.post(
            account, f"/notices/{public['id']}/end/", version=public["version"], text=text
        )
        if done["state"] != "ended":
            raise Surprise(f"结束之后，通知仍是 {done['state']}。")
        return f"第 {done['number']} 版已结束{self._leave_manual()}"

    def _public_notice(self, account: str) -> dict[str, Any] | None:
        found = self.callers.get(account, "/notices/", incident=self.main, state="published")
        return found["results"][0] if found["results"] else None

    def _longest_interval(self, account: str) -> int | None:
        """How many minutes patients may wait for the next notice, by the plan."""
        level = self._incident(account)["level"]
        grades = self.callers.get(account, "/plans/current/")["grades"]
        return next(row["next_notice_minutes"] for row in grades if row["level"] == level)


def _sha256_of(name: str) -> str:
    """The sum that a tester would compute; there is no such file here, so of its name."""
    return hashlib.sha256(name.encode()).hexdigest()
