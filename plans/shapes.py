"""Shapes of data: each checks a value, puts it into its one normal form, and describes itself.

A version of the plan as a value (see `plans.form`) is made of them. One declaration serves the YAML
file, the pages' forms, the API and the JSON schema; so they cannot fall apart.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

Path = tuple[str | int, ...]
# What no text may hold: PostgreSQL refuses NUL, YAML the rest.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
# What `take` gives where there is no good value; the fault is in the list.
NOTHING: Any = object()


@dataclass(frozen=True)
class Fault:
    """Something wrong in a value: where (places in lists count from 1), and a sentence about it."""

    path: Path
    sentence: str

    @property
    def where(self) -> str:
        return " › ".join(str(step) for step in self.path)

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.path else self.sentence


class Names(Protocol):
    """Knows which names there are: of groups, services, departments, rosters, people."""

    def known(self, kind: str) -> Iterable[str]: ...


@dataclass
class Check:
    """One checking of one value: the faults found so far, and the names that exist."""

    names: Names
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, sentence: str) -> Any:
        self.faults.append(Fault(path, sentence))
        return NOTHING


class Shape:
    def take(self, value: Any, path: Path, check: Check) -> Any:
        """The value in its normal form; NOTHING, and a fault in `check`, where it is not one."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """JSON schema of the values that are taken."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Shape):
    """A text without blanks at its ends; of one line, unless `lines`."""

    longest: int
    blank: bool = False
    lines: bool = False

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if value is None and self.blank:
            value = ""
        if not isinstance(value, str):
            return check.fault(path, _("这里应是文字；数字、日期和「是/否」请加引号。"))
        text = "\n".join(line.rstrip() for line in _LINE_END.sub("\n", value).split("\n")).strip()
        if _CONTROL.search(text):
            return check.fault(path, _("含有不能保存的控制字符。"))
        if not self.lines and "\n" in text:
            return check.fault(path, _("这里只能写一行。"))
        if not text and not self.blank:
            return check.fault(path, _("这里不能空着。"))
        if len(text) > self.longest:
            return check.fault(
                path,
                _("最多 %(most)s 个字，现在有 %(have)s 个。")
                % {"most": self.longest, "have": len(text)},
            )
        return text

    def schema(self) -> dict[str, Any]:
        kind: Any = ["string", "null"] if self.blank else "string"
        least = {} if self.blank else {"minLength": 1}
        return {"type": kind, **least, "maxLength": self.longest}


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number between two bounds, or null where `null` is allowed."""

    least: int = 0
    # A year of minutes: more is a slip of the hand, and the database's limit is far.
    most: int = 525_600
    null: bool = False

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if value is None and self.null:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            return check.fault(path, _("这里应是整数。"))
        if not self.least <= value <= self.most:
            return check.fault(
                path,
                _("应在 %(least)s 和 %(most)s 之间。") % {"least": self.least, "most": self.most},
            )
        return value

    def schema(self) -> dict[str, Any]:
        kind: Any = ["integer", "null"] if self.null else "integer"
        return {"type": kind, "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class OneOf(Shape):
    """One of a few words."""

    words: tuple[str, ...]

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if value in self.words and isinstance(value, str):
            return value
        return check.fault(
            path,
            _("不认识「%(value)s」，可以写：%(words)s。")
            % {"value": shown(value), "words": "、".join(self.words)},
        )

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Truth(Shape):
    """Only `true`: the key is there or it is not."""

    def take(self, value: Any, path: Path, check: Check) -> Any:
        return True if value is True else check.fault(path, _("这里只能写 true。"))

    def schema(self) -> dict[str, Any]:
        return {"const": True}


@dataclass(frozen=True)
class Name(Shape):
    """The name of something that exists: `kind` is group, service, department, roster, person."""

    kind: str

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if not isinstance(value, str) or not value.strip():
            return check.fault(path, _("这里应是名称。"))
        name, known = value.strip(), list(check.names.known(self.kind))
        if name in known:
            return name
        what = {
            "group": _("小组"),
            "service": _("业务"),
            "department": _("科室"),
            "roster": _("值班表"),
            "person": _("账号"),
        }[self.kind]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        sentence = _("没有名为「%(name)s」的%(what)s。") % {"name": shown(name), "what": what}
        if near:
            sentence += _("是不是「%(near)s」？") % {"near": near[0]}
        return check.fault(path, sentence)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "description": f"name of a {self.kind}"}


def shown(value: Any) -> str:
    """A value inside a sentence: never longer than a line."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
