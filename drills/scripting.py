"""From a scenario to a drill's script: what its people are told, and what is expected of them.

Pure. A step becomes an inject where somebody learns something by it, an expectation where somebody
has to act, or both. Words of a step's own (`tell`, `within`, `by_hand`) count before ours.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from drills import wording
from drills.scenario import Scenario, Step, level_of

# So many minutes to act on what one was told, where neither scenario nor plan says more.
WITHIN = 10.0
LONGEST = 240
# Which entry of the journal shows that a step was done.
EVENTS = {
    "acknowledge": "incident.acknowledge",
    "merge": "incident.merge",
    "confirm": "incident.confirm",
    "start_clock": "regulatory.knowledge",
    "command": "incident.command",
    "read_back": "order.read_back",
    "issue": "supply.issue",
    "repair": "incident.repair",
    "notify": "notice.publish",
    "regulator_report": "regulatory.note",
    "check": "check.decide",
    "restore_check": "incident.fail_restoration",
    "restore": "backup.add",
    "sign_off": "incident.pass_restoration",
    "end_notice": "notice.end",
    "return": "supply.return",
    "back_entry": "paper.close",
    "cleanup": "incident.cleanup",
    "review": "review.submit",
}
# Which target of the grade counts for a step, from the report on.
TARGETS = {
    "acknowledge": "acknowledge_minutes",
    "confirm": "confirm_minutes",
    "command": "command_minutes",
    "notify": "first_notice_minutes",
    "sign_off": "restore_minutes",
}
# What only the controllers are told: it is not for those who play.
_FOR_CONTROLLERS = ("no_answer", "notify_late")


@dataclass(frozen=True)
class Line:
    """News for one role. An empty role: for the controllers alone."""

    step: int
    minute: float
    role: str
    text: str
    place: str = ""
    waiting: int | None = None
    act: str = ""
    by_clock: bool = True


@dataclass(frozen=True)
class Act:
    """What one role should do, `target` minutes after the beginning at the latest."""

    step: int
    role: str
    text: str
    target: float
    target_from: str
    event: str
    detail: str = ""
    ordinal: int = 1


def roles_of(scenario: Scenario) -> list[str]:
    """Everybody whom the scenario names, in order; machines play themselves."""
    found = (
        wording.role_of(step)
        for step in scenario.steps
        if step.who not in ("monitoring", "system") or step.name
    )
    return list(dict.fromkeys(found))


def lines_of(scenario: Scenario) -> list[Line]:
    """What is told to whom and when. The first report is how the drill begins."""
    found = []
    has_begun = False
    for number, step in enumerate(scenario.steps, start=1):
        text = str(step.facts.get("tell") or _news(step))
        if not text:
            continue
        act = ""
        if step.does == "report":
            act, has_begun = ("open" if has_begun else "begin"), True
        elif step.does == "alert":
            act = "add"
        found.append(
            Line(
                number,
                step.at,
                "" if step.does in _FOR_CONTROLLERS else wording.role_of(step),
                text[:LONGEST],
                str(step.facts.get("location", ""))[:120],
                step.facts.get("waiting"),
                act,
                not step.facts.get("by_hand", False),
            )
        )
    return found


def _news(step: Step) -> str:
    facts = step.facts
    text = str(facts.get("text") or "")
    if step.does in ("report", "alert", "no_answer", "notify_late"):
        return text
    if step.does == "check":
        outcome = _("正常") if facts["result"] == "done" else _("不正常")
        return f"{facts['item']}：{text or outcome}"
    if step.does == "restore_check":
        return _("试办时发现：%(text)s") % {"text": text}
    if step.does == "back_entry":
        return _("手写单据领用 %(issued)s 张，用了 %(used)s 张，作废 %(void)s 张") % facts["forms"]
    if step.does == "return":
        lost = [f"{line['item']} {line['lost']}" for line in facts["supplies"] if line.get("lost")]
        return _("有物资没有找到：%(lost)s") % {"lost": "、".join(lost)} if lost else ""
    return ""


def acts_of(scenario: Scenario, grade: Any) -> list[Act]:
    """What is expected. `grade` is the plan's grade of the scenario's fault (None: unknown)."""
    found: list[Act] = []
    counted: dict[str, int] = {}
    for number, step in enumerate(scenario.steps, start=1):
        event = EVENTS.get(step.does)
        if event is None:
            continue
        detail = str(step.facts["item"]) if step.does == "check" else ""
        if not detail:
            counted[event] = counted.get(event, 0) + 1
        target, source = _target(step, grade, is_first=counted.get(event, 0) == 1)
        found.append(
            Act(
                number,
                wording.role_of(step),
                _demand(step)[:LONGEST],
                target,
                source,
                event,
                detail[:200],
                1 if detail else counted[event],
            )
        )
    return found


def _target(step: Step, grade: Any, *, is_first: bool) -> tuple[float, str]:
    if "within" in step.facts:
        return step.at + float(step.facts["within"]), _("剧本")
    name = TARGETS.get(step.does)
    minutes = getattr(grade, name, None) if name and is_first else None
    if minutes is not None:
        return float(minutes), _("预案")
    return step.at + WITHIN, _("剧本")


def _demand(step: Step) -> str:
    verb = str(wording.VERBS[step.does])
    facts = step.facts
    if step.does == "check":
        return f"{verb}：{facts['item']}"
    if step.does == "confirm":
        convene = _("召集领导小组") if facts["convene"] else _("不召集领导小组")
        return f"{verb}：{facts['grade']}级，{convene}"
    if step.does == "command":
        return f"{verb}：{'、'.join(str(order['to']) for order in facts['orders'])}"
    if step.does in ("issue", "return"):
        return f"{verb}：{'、'.join(str(line['item']) for line in facts['supplies'])}"
    return verb


def level_in(scenario: Scenario) -> int | None:
    grade = scenario.fault.get("grade")
    return level_of(str(grade)) if grade in ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ") else None
