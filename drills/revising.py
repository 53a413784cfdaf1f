"""The last act of a play: what was found goes into the plan's next version, which is published."""

from drills.callers import Callers, Surprise
from drills.scenario import Cast

_GAP_DAYS = 30
# So many minutes without progress raise an alarm in the lowest grade; the other one where it is so.
_MINUTES = (240, 230)


class Revising:
    """Draft, signatures of the leading group, publication: by the plan's own verbs."""

    cast: Cast
    callers: Callers

    def _change_the_plan(self, finding: str, reason: str) -> str:
        """A draft takes the finding (its key) up, the leading group signs it, it is published."""
        admin = self.cast.changes_plan
        current = self.callers.get(admin, "/plans/current/")["number"]
        draft = self.callers.post(admin, f"/plans/{current}/draft/", reason=reason)
        url = f"/plans/{draft['number']}"
        self.callers.post(admin, f"{url}/link_change/", finding_key=finding, note="放宽无进展时限")
        grades = self.callers.get(admin, f"{url}/")["content"]["grades"]
        one, other = _MINUTES
        grades[-1]["no_progress"] = other if grades[-1]["no_progress"] == one else one
        self.callers.post(admin, f"{url}/rewrite/", part="grades", value=grades)
        self.callers.post(admin, f"{url}/submit/")
        for account in (self.cast.receives, self.cast.submits):
            signed = self.callers.post(account, f"{url}/sign/", remark="同意")
            if signed["status"] == "approved":
                break
        gaps = self.callers.get(admin, f"{url}/coverage/", days=_GAP_DAYS)["gaps"]
        if gaps:
            self.callers.post(
                self.cast.receives, f"{url}/waive_coverage/", gaps=len(gaps), reason="演练环境"
            )
        done = self.callers.post(admin, f"{url}/publish/")
        if done["status"] != "published":
            raise Surprise(f"发布之后，预案仍是 {done['status']}。")
        return f"第 {done['number']} 版已发布"
