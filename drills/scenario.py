"""Scenarios and casts as files: what happens minute by minute, and which account plays whom."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("scenarios")
DEMO_CAST = Path(__file__).with_name("cast.yaml")

_LEVELS = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}
_FAULTS = {
    "network_failure": "network",
    "malicious_attack": "attack",
    "data_loss": "data_loss",
}
_CAUSES = {"设计": "design", "操作": "operation", "外部": "external"}
MEASURE = re.compile(
    r"^(?P<measure>.+)[(（](?P<department>[^,，]+)[,，]\s*(?P<days>\d{1,4})天[)）]$"
)


class BadScenario(Exception):
    """The file cannot be played; the sentence says why."""


@dataclass(frozen=True)
class Step:
    """One line of a scenario. `at` is in minutes from the first sign; `facts` is the rest."""

    at: float
    who: str
    name: str
    does: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    title: str
    fault: dict[str, Any]
    services: list[str]
    steps: list[Step]
    departments: list[str] = field(default_factory=list)


def load(name: str) -> Scenario:
    """Read a scenario by its name in `drills/scenarios` or by its path. Raises BadScenario."""
    path = Path(name)
    if not path.is_file():
        path = FOLDER / f"{name.removesuffix('.yaml')}.yaml"
    if not path.is_file():
        known = "、".join(sorted(found.stem for found in FOLDER.glob("*.yaml")))
        raise BadScenario(f"没有剧本「{name}」。现有：{known}")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        steps = [_step(line) for line in data["steps"]]
        return Scenario(data["title"], data["fault"], data["services"], steps)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadScenario(f"剧本 {path} 读不懂：{error!r}") from None


def _step(line: dict[str, Any]) -> Step:
    facts = dict(line)
    return Step(
        float(facts.pop("at")),
        facts.pop("who"),
        facts.pop("name", ""),
        facts.pop("does"),
        facts,
    )


@dataclass(frozen=True)
class Cast:
    """Which account plays whom."""

    password: str
    roles: dict[str, str]
    names: dict[str, str]
    departments: dict[str, str]
    second_person: str
    submits: str
    receives: str
    # Of a play as a drill: who controls it, who evaluates it, who writes the plan's next version.
    controls: str = ""
    evaluates: str = ""
    changes_plan: str = ""

    @classmethod
    def read(cls, path: Path) -> "Cast":
        try:
            return cls(**yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, TypeError) as error:
            raise BadScenario(f"角色表 {path} 读不懂：{error}") from None

    def account(self, step: Step) -> str:
        """The account that plays a step: by name, by department, by role."""
        if step.name in self.names:
            return self.names[step.name]
        if step.who == "department" and step.name in self.departments:
            return self.departments[step.name]
        try:
            return self.roles[step.who]
        except KeyError:
            raise BadScenario(f"角色表里没有「{step.name or step.who}」。") from None

    @property
    def accounts(self) -> set[str]:
        """Every account that may have to speak."""
        return {
            *self.roles.values(),
            *self.names.values(),
            *self.departments.values(),
            self.second_person,
            self.submits,
            self.receives,
            *filter(None, (self.controls, self.evaluates, self.changes_plan)),
        }


def level_of(grade: str) -> int:
    return _LEVELS[grade]


def fault_type_of(fault_type: str, component: str) -> str:
    """The product's fault type; a system crash is parted by its component."""
    return _FAULTS.get(fault_type) or ("hardware" if component == "hardware" else "software")


def cause_of(text: str) -> str:
    """The kind of root cause; where several are named, the first that is known."""
    found = [(text.find(word), kind) for word, kind in _CAUSES.items() if word in text]
    return min(found)[1] if found else "external"


def measure_of(line: str) -> tuple[str, str, int]:
    """A measure as it is written, `措施（科室，天数天）`: what, by which department, in days."""
    match = MEASURE.match(line)
    if match is None:
        raise BadScenario(f"整改项要写成「措施（科室，14天）」：{line}")
    return match["measure"], match["department"], int(match["days"])
