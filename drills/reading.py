"""Reading a scenario that somebody typed: what is wrong, in which line, and what would be right.

Pure: takes the text, touches neither files nor the database.
"""

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from drills.scenario import MEASURE, Scenario, Step
from drills.typed import LOADER, plain, strange, text_of

LONGEST = 200_000
MOST_STEPS = 300
# What the columns of a drill's script hold.
LONGEST_NAME, MOST_WAITING = 80, 100_000
ROLES = ("cs", "it", "leader", "department", "logistics", "monitoring", "system")
FAULTS = ("system_crash", "network_failure", "data_loss", "malicious_attack")
GRADES = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")
RESULTS = ("done", "failed", "not_applicable")
# What a step must say besides `at`, `who` and `does`, and of which kind.
VERBS: dict[str, dict[str, str]] = {
    "report": {"text": "words", "location": "words"},
    "alert": {"text": "words"},
    "no_answer": {},
    "acknowledge": {},
    "merge": {},
    "confirm": {
        "fault_type": "fault_kind",
        "grade": "grade",
        "convene": "yes_or_no",
        "reason": "words",
        "affected": "names",
    },
    "start_clock": {"rule": "words"},
    "command": {"orders": "orders"},
    "read_back": {},
    "issue": {"supplies": "supplies"},
    "repair": {"lead": "words"},
    "notify": {"affected": "words", "advice": "words", "next_update_minutes": "number"},
    "notify_late": {},
    "regulator_report": {"to": "words", "text": "words"},
    "check": {"item": "words", "result": "result"},
    "restore_check": {"result": "result", "text": "words"},
    "restore": {"backup": "backup"},
    "sign_off": {},
    "end_notice": {},
    "return": {"supplies": "supplies"},
    "back_entry": {"forms": "forms"},
    "cleanup": {"text": "words"},
    "review": {"cause": "words", "actions": "actions"},
}
# What any step may say besides.
_ALSO = {
    *("at", "who", "name", "does", "text", "tell", "within", "by_hand", "waiting", "by_phone"),
    *("records_exposed", "expected_minutes", "checks", "location"),
}
_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """What is wrong in which line (from 1), and what would be right."""

    line: int
    what: str
    right: str

    def __str__(self) -> str:
        return _("第 %(line)d 行：%(what)s。%(right)s") % self.__dict__


@dataclass
class Found:
    """What a text holds: a scenario where nothing is wrong with it."""

    scenario: Scenario | None = None
    problems: list[Problem] = field(default_factory=list)


def digest(text: str) -> str:
    """SHA-256 of the text; blanks at the ends of lines and the kind of line ends do not count."""
    plain = _BLANKS.sub("", text.replace("\r\n", "\n")).strip()
    return hashlib.sha256(plain.encode()).hexdigest()


def read(text: str) -> Found:
    """The scenario in a text, or all that is wrong with it."""
    if len(text) > LONGEST:
        return _wrong(1, _("文件太长"), _("剧本最多 20 万字，请分成几个剧本"))
    text = text.replace("\ufeff", "")
    try:
        found = strange(text)
        if found is not None:
            return _wrong(*found)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return _wrong(
            mark.line + 1 if mark else 1,
            _("这一行或上一行的缩进、引号、括号不成对"),
            _("同级的行左边对齐；含冒号的话加引号；{ 要有 }，[ 要有 ]"),
        )
    except ValueError:
        return _wrong(1, _("文件里有不能识别的字符"), _("请存成 UTF-8 文本"))
    if not isinstance(node, yaml.MappingNode):
        return _wrong(1, _("不是剧本"), _("请从「title: 标题」写起，可下载现有剧本作样子"))
    reader = _Reader()
    scenario = reader.whole(node)
    reader.problems.sort(key=lambda problem: problem.line)
    return Found(None if reader.problems else scenario, reader.problems)


def sound(text: str) -> Scenario:
    """The scenario in a text that was found in order before. Raises ValueError where it is not."""
    found = read(text)
    if found.scenario is None:
        raise ValueError("; ".join(str(problem) for problem in found.problems))
    return found.scenario


def _wrong(line: int, what: str, right: str) -> Found:
    return Found(problems=[Problem(line, what, right)])


class _Reader:
    """Walks the tree of one file and collects what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def say(self, node: yaml.Node, what: str, right: str) -> None:
        self.problems.append(Problem(node.start_mark.line + 1, what, right))

    def whole(self, node: yaml.MappingNode) -> Scenario | None:
        parts = self.pairs(node)
        for name in parts:
            known = ("title", "fault", "departments", "services", "steps")
            if name not in known:
                self.unknown(parts[name], name, known)
        title = self.words(node, parts, "title")
        if len(title) > 120:
            self.say(parts["title"], _("标题太长"), _("最多 120 字"))
        fault = self.fault(node, parts)
        departments = self.names(node, parts, "departments", optional=True)
        services = self.names(node, parts, "services")
        steps = self.steps(node, parts)
        if self.problems:
            return None
        return Scenario(title, fault, services, steps, departments)

    def fault(self, node: yaml.Node, parts: dict[str, yaml.Node]) -> dict[str, Any]:
        inner = parts.get("fault")
        example = _("例如 fault: {type: system_crash, component: software, grade: Ⅱ}")
        if not isinstance(inner, yaml.MappingNode):
            self.say(inner or node, _("没有写 fault（是什么故障）"), example)
            return {}
        said = self.pairs(inner)
        self.one_of(inner, said, "type", FAULTS)
        self.one_of(inner, said, "grade", GRADES)
        return {name: plain(value) for name, value in said.items()}

    def steps(self, node: yaml.Node, parts: dict[str, yaml.Node]) -> list[Step]:
        inner = parts.get("steps")
        if not isinstance(inner, yaml.SequenceNode) or not inner.value:
            right = _("至少写一步，例如 - {at: 0, who: cs, does: report, text: …, location: …}")
            self.say(inner or node, _("没有写 steps（步骤）"), right)
            return []
        if len(inner.value) > MOST_STEPS:
            self.say(inner, _("步骤太多"), _("最多 %(most)d 步") % {"most": MOST_STEPS})
            return []
        found: list[Step] = []
        before = 0.0
        for line in inner.value:
            step = self.step(line, is_first=not found)
            if step is None:
                continue
            if step.at < before:
                right = _("at 是从头算起的分钟，应不小于上一步的 %(at)g") % {"at": before}
                self.say(line, _("时间往回走了"), right)
            before = max(before, step.at)
            found.append(step)
        return found

    def step(self, line: yaml.Node, *, is_first: bool) -> Step | None:
        example = _("每一步写成 - {at: 分钟, who: 角色, does: 动作, …}")
        if not isinstance(line, yaml.MappingNode):
            self.say(line, _("这不是一步"), example)
            return None
        said = self.pairs(line)
        at = self.number(line, said, "at")
        who = self.one_of(line, said, "who", ROLES)
        does = self.one_of(line, said, "does", tuple(VERBS))
        if is_first and does and does != "report":
            self.say(line, _("第一步不是报告"), _("请从 does: report 写起：有人看到了什么"))
        wanted = VERBS.get(does, {})
        for name, node in said.items():
            if name not in _ALSO and name not in wanted:
                self.unknown(node, name, (*wanted, *sorted(_ALSO)))
        for name, kind in wanted.items():
            getattr(self, kind)(line, said, name)
        if "within" in said:
            self.number(line, said, "within")
        if "waiting" in said:
            self.count(line, said, "waiting")
        if len(text_of(said.get("name"))) > LONGEST_NAME:
            right = _("最多 %(most)d 字") % {"most": LONGEST_NAME}
            self.say(said["name"], _("name 太长"), right)
        if does == "report" and len(text_of(said.get("text"))) > 200:
            self.say(said["text"], _("看到的情况太长"), _("最多 200 字"))
        facts = {
            name: plain(node)
            for name, node in said.items()
            if name not in ("at", "who", "name", "does")
        }
        return Step(at, who, text_of(said.get("name")), does, facts)

    # Kinds of facts ---------------------------------------------------------------------------

    def words(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> str:
        text = text_of(said.get(name)).strip()
        if not text:
            right = _("请写 %(name)s: 后面跟一句话") % {"name": name}
            self.say(said.get(name) or node, _("缺少 %(name)s") % {"name": name}, right)
        return text

    def number(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> float:
        value = plain(said[name]) if name in said else None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # Compared as it is: an integer of hundreds of digits becomes no float.
        if not is_number or not 0 <= (value or 0) < 100_000:
            right = _("请写 %(name)s: 后面跟分钟数，例如 %(name)s: 10") % {"name": name}
            self.say(said.get(name) or node, _("%(name)s 不是分钟数") % {"name": name}, right)
            return 0.0
        return float(value or 0)

    def count(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        value = plain(said[name])
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not 0 <= value <= MOST_WAITING:
            right = _("请写 %(name)s: 后面跟人数，例如 %(name)s: 35") % {"name": name}
            self.say(said[name], _("%(name)s 不是人数") % {"name": name}, right)

    def yes_or_no(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        if name not in said or not isinstance(plain(said[name]), bool):
            what = _("%(name)s 要写是或否") % {"name": name}
            right = _("%(name)s: true 或 %(name)s: false") % {"name": name}
            self.say(said.get(name) or node, what, right)

    def one_of(
        self, node: yaml.Node, said: dict[str, yaml.Node], name: str, known: tuple[str, ...]
    ) -> str:
        text = text_of(said.get(name)).strip()
        if text in known:
            return text
        near = difflib.get_close_matches(text, known, 1)
        right = _("可以写：%(known)s") % {"known": "、".join(known)}
        if near:
            right = _("是不是 %(near)s？") % {"near": near[0]} + right
        what = (
            _("不认识 %(name)s: %(text)s") % {"name": name, "text": text[:40]}
            if text
            else _("缺少 %(name)s") % {"name": name}
        )
        self.say(said.get(name) or node, what, right)
        return ""

    def fault_kind(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        self.one_of(node, said, name, FAULTS)

    def grade(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        self.one_of(node, said, name, GRADES)

    def result(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        self.one_of(node, said, name, RESULTS)

    def names(
        self, node: yaml.Node, said: dict[str, yaml.Node], name: str, *, optional: bool = False
    ) -> list[str]:
        value = plain(said[name]) if name in said else None
        if value is None and optional:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
            right = _("例如 %(name)s: [挂号, 缴费]") % {"name": name}
            self.say(said.get(name) or node, _("%(name)s 不是名单") % {"name": name}, right)
            return []
        return value

    def orders(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        self.rows(
            node,
            said,
            name,
            ("to", "text", "minutes"),
            "{to: 急诊科, text: 启用手工登记, minutes: 10}",
        )

    def supplies(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        self.rows(node, said, name, ("item", "quantity"), "{item: 对讲机, quantity: 20}")

    def rows(
        self,
        node: yaml.Node,
        said: dict[str, yaml.Node],
        name: str,
        wanted: tuple[str, ...],
        example: str,
    ) -> None:
        inner = said.get(name)
        right = _("写成 %(name)s: [%(example)s]") % {"name": name, "example": example}
        if not isinstance(inner, yaml.SequenceNode) or not inner.value:
            self.say(inner or node, _("缺少 %(name)s") % {"name": name}, right)
            return
        for row in inner.value:
            parts = self.pairs(row) if isinstance(row, yaml.MappingNode) else {}
            for part in wanted:
                if part not in parts or not text_of(parts[part]).strip():
                    self.say(
                        row, _("%(name)s 里缺少 %(parts)s") % {"name": name, "parts": part}, right
                    )

    def backup(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        self.parts(node, said, name, ("file", "size_mb"), "{file: his.bak, size_mb: 1024}")

    def forms(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        example = "{issued: 100, used: 61, void: 0, re_entered: 61, cash_total_yuan: 8034.00}"
        wanted = ("issued", "used", "void", "re_entered", "cash_total_yuan")
        self.parts(node, said, name, wanted, example)

    def parts(
        self,
        node: yaml.Node,
        said: dict[str, yaml.Node],
        name: str,
        wanted: tuple[str, ...],
        example: str,
    ) -> None:
        inner = said.get(name)
        parts = self.pairs(inner) if isinstance(inner, yaml.MappingNode) else {}
        missing = [part for part in wanted if part not in parts]
        if missing:
            what = _("%(name)s 里缺少 %(parts)s") % {"name": name, "parts": "、".join(missing)}
            self.say(inner or node, what, f"{name}: {example}")

    def actions(self, node: yaml.Node, said: dict[str, yaml.Node], name: str) -> None:
        inner = said.get(name)
        right = _("每条写成「措施（科室，14天）」")
        if not isinstance(inner, yaml.SequenceNode) or not inner.value:
            self.say(inner or node, _("缺少 %(name)s") % {"name": name}, right)
            return
        for row in inner.value:
            if not MEASURE.match(text_of(row)):
                self.say(row, _("整改项没有写明科室和天数"), right)

    # The tree ---------------------------------------------------------------------------------

    def pairs(self, node: yaml.MappingNode) -> dict[str, yaml.Node]:
        found: dict[str, yaml.Node] = {}
        for name, value in self._each(node):
            if name in found:
                self.say(value, _("%(name)s 写了两次") % {"name": name}, _("请删掉一个"))
            found[name] = value
        return found

    def unknown(self, node: yaml.Node, name: str, known: tuple[str, ...]) -> None:
        near = difflib.get_close_matches(name, known, 1)
        right = _("是不是 %(near)s？") % {"near": near[0]} if near else _("请删掉它")
        self.say(node, _("不认识「%(name)s」") % {"name": name[:40]}, right)

    def _each(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
        for key, value in node.value:
            yield text_of(key), value
