"""Steps of a play that keep the law's clocks: known since when, reported to whom."""

import time
from typing import Any

from drills.callers import Callers, Surprise
from drills.scenario import Step

# The relay arms them behind the confirmation.
WAIT = 15.0


class Law:
    callers: Callers
    incidents: list[int]

    def _does_start_clock(self, step: Step, account: str) -> str:
        """The clocks run since the confirmation; from the play's first report they are to count."""
        clocks = self._law_clocks(account)
        incident = self.incidents[0]
        reported_at = self.callers.get(account, f"/incidents/{incident}/")["reported_at"]
        self.callers.post(
            account,
            f"/incidents/{incident}/set_knowledge/",
            known_at=reported_at,
            reason=step.facts["text"],
        )
        for clock in self._law_clocks(account):
            if clock["armed_at"] != reported_at:
                raise Surprise("登记知情时间以后，法定时限没有从那时算起。")
        return f"{len(clocks)} 项法定时限从知情时间算起"

    def _does_regulator_report(self, step: Step, account: str) -> str:
        """What is due first is reported, with proof."""
        first = min(self._law_clocks(account), key=lambda clock: str(clock["due_at"]))
        proof = f"{step.facts['to']}：{step.facts['text']}"
        done = self.callers.post(account, f"/clocks/{first['id']}/note/", proof=proof)
        if done["met_at"] is None:
            raise Surprise("登记已报告以后，法定时限还在走。")
        return f"已报告{step.facts['to']}，{first['holder']}办理"

    def _law_clocks(self, account: str) -> list[dict[str, Any]]:
        give_up = time.monotonic() + WAIT
        while True:
            found: list[dict[str, Any]] = self.callers.get(
                account, "/clocks/", incident=self.incidents[0], kind="regulatory"
            )["results"]
            if found:
                return found
            if time.monotonic() > give_up:
                raise Surprise("这类故障没有起算法定时限。")
            time.sleep(0.3)
