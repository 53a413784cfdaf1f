"""A play as a drill: the same people do the same on an incident that is marked 【演练】, news comes
as injects, and afterwards the drill is judged and the plan changed by what it found."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from drills.callers import Callers, Surprise
from drills.play import Play
from drills.scenario import Cast, Scenario, Step
from drills.scripting import roles_of
from drills.wording import role_of

_MARK = "【演练】"


class Rehearsal(Play):
    """`slug`: the scenario's name in the library; `drill_speed`: of the drill's own clock."""

    # What is wrong with the plan, the drill's evaluation finds.
    plan_measure = ""

    def __init__(
        self, scenario: Scenario, cast: Cast, callers: Callers, *, slug: str, drill_speed: int
    ) -> None:
        super().__init__(scenario, cast, callers)
        self.slug = slug
        self.drill_speed = drill_speed
        self.drill = 0
        self._number = 0

    @property
    def script(self) -> dict[str, Any]:
        found: dict[str, Any] = self.callers.get(
            self.cast.controls, f"/drills/{self.drill}/script/"
        )
        return found

    def before(self) -> Iterator[tuple[str, str, str]]:
        """The drill is prepared, cast and begun: `(who, what, result)` each."""
        controls, key = self.cast.controls, self._key
        made = self.callers.ask(
            controls,
            "POST",
            "/drills/",
            {
                "name": self.scenario.title,
                "kind": "functional",
                "scenario": self.slug,
                "speed": self.drill_speed,
                "controllers": [key(controls)],
                "evaluators": [key(self.cast.evaluates)],
                "client_uuid": str(uuid.uuid4()),
            },
            expect=201,
        )
        self.drill = made["id"]
        yield controls, "建立演练", made["name"]
        steps = {role_of(step): step for step in reversed(self.scenario.steps)}
        players = {role: key(self.cast.account(steps[role])) for role in roles_of(self.scenario)}
        self.callers.post(
            controls, f"/drills/{self.drill}/cast/", version=made["version"], players=players
        )
        now = self.callers.post(controls, f"/drills/{self.drill}/start/")
        self.incidents = list(now["incidents"])
        incident = self._incident(controls)
        if not (incident["is_drill"] and incident["title"].startswith(_MARK)):
            raise Surprise("演练的故障事件没有带【演练】。")
        yield controls, "开始演练", f"{len(players)} 人参演，{incident['number']}"

    def after(self) -> Iterator[tuple[str, str, str]]:
        """The drill ends, is judged by what really happened, and the plan is changed."""
        controls, evaluates = self.cast.controls, self.cast.evaluates
        self.callers.post(controls, f"/drills/{self.drill}/end/", reason="剧本演完")
        left = [row for row in self.script["injects"] if row["state"] in ("waiting", "held")]
        if left:
            raise Surprise(f"演练结束了，还有 {len(left)} 条信息没有给出也没有略过。")
        yield controls, "结束演练", "没有给出的信息已略过"
        self.callers.post(
            controls,
            f"/drills/{self.drill}/find/",
            problem="预案的时限与演练实测不符",
            measure="按演练结果修订预案",
            kind="plan",
            department=self.callers.key_of("departments", "信息技术部"),
            due_on=(self.callers.clock + timedelta(days=30)).date().isoformat(),
        )
        acts = self.script["acts"]
        missing = [act["text"] for act in acts if act["minute"] is None]
        if missing:
            raise Surprise(f"日志里没有看到：{'；'.join(missing)}")
        marks = {
            str(act["id"]): {
                "mark": act["mark"],
                "explanation": "" if act["mark"] == "yes" else "晚于时限",
            }
            for act in acts
        }
        self.callers.post(evaluates, f"/drills/{self.drill}/judge/", marks=marks)
        summary = "各科室按预案到位，发现已登记。"
        done = self.callers.post(evaluates, f"/drills/{self.drill}/evaluate/", summary=summary)
        if done["state"] != "evaluated":
            raise Surprise(f"评估之后，演练仍是 {done['state']}。")
        yield evaluates, "评估演练", f"{len(acts)} 项全部按日志核对"
        (finding,) = self.script["findings"]
        said = self._change_the_plan(f"drill-finding:{finding}", "按演练发现修订")
        yield self.cast.changes_plan, "修订预案", f"{said}，写明来自演练发现"

    # Steps that are not the same in a drill -------------------------------------------------------

    def _play(self, step: Step) -> str:
        """What the step tells is given first, whoever is faster: the clock or the controller."""
        self._number += 1
        for inject in self.script["injects"]:
            if inject["step"] == self._number and inject["state"] == "waiting":
                answer = self.callers.answer(
                    self.cast.controls, "POST", f"/drill-injects/{inject['id']}/give/", {}
                )
                if answer.status_code not in (200, 409):
                    raise Surprise(f"给出信息，得到 {answer.status_code}。")
        return super()._play(step)

    def _does_report(self, step: Step, account: str) -> str:
        """Reports are what the drill begins with and what its injects bring."""
        before = len(self.incidents)
        now = self.callers.get(self.cast.controls, f"/drills/{self.drill}/")
        self.incidents = list(now["incidents"])
        if self._number > 1 and len(self.incidents) == before:
            raise Surprise("这份报告没有成为演练的故障事件。")
        return f"已作为【演练】报告进入系统，共 {len(self.incidents)} 起"

    def _does_alert(self, step: Step, account: str) -> str:
        told = [row for row in self.script["injects"] if row["step"] == self._number]
        if [row["state"] for row in told] != ["given"]:
            raise Surprise("监控的补充报告没有进入系统。")
        return "已作为【演练】补充报告进入系统"

    def _key(self, account: str) -> int:
        return int(self.callers.person(account)["id"])
