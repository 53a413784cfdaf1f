"""Shapes of data: each checks a value, puts it into its one normal form, and describes itself.

A version of the plan as a value (see `plans.form`) is made of them. One declaration serves the YAML
file, the pages' forms, the API and the JSON schema; so they cannot fall apart.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

Path = tuple[str | int, ...]
# What no text may hold: PostgreSQL refuses NUL, YAML the rest.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_REQUIRED: Any = object()
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
            % {"value": _shown(value), "words": "、".join(self.words)},
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
        sentence = _("没有名为「%(name)s」的%(what)s。") % {"name": _shown(name), "what": what}
        if near:
            sentence += _("是不是「%(near)s」？") % {"near": near[0]}
        return check.fault(path, sentence)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "description": f"name of a {self.kind}"}


@dataclass(frozen=True)
class Many(Shape):
    """A list. No two records are the same in a field of `alone`; `distinct`: no two items are."""

    of: Shape
    least: int = 0
    most: int = 500
    alone: tuple[str, ...] = ()
    distinct: bool = False

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if value is None and not self.least:
            value = []
        if not isinstance(value, list):
            return check.fault(path, _("这里应是列表，每项一行，以「- 」开头。"))
        if len(value) < self.least:
            return check.fault(path, _("至少要有 %(least)s 项。") % {"least": self.least})
        if len(value) > self.most:
            return check.fault(path, _("最多 %(most)s 项。") % {"most": self.most})
        taken = [
            self.of.take(item, (*path, place), check) for place, item in enumerate(value, start=1)
        ]
        if self.distinct:
            _insist_distinct(taken, path, (), check)
        for name in self.alone:
            said = [NOTHING if item is NOTHING else item[name] for item in taken]
            _insist_distinct(said, path, (name,), check)
        return taken

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array" if self.least else ["array", "null"],
            "items": self.of.schema(),
            "minItems": self.least,
            "maxItems": self.most,
        }


@dataclass(frozen=True)
class Part:
    """A key of a record: its shape, and what it is when it is left out."""

    shape: Shape
    default: Any = _REQUIRED

    @property
    def required(self) -> bool:
        return self.default is _REQUIRED


@dataclass(frozen=True)
class Record(Shape):
    """A mapping with these keys and no others."""

    parts: Mapping[str, Part]

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if not isinstance(value, dict):
            return check.fault(path, _("这里应是「键: 值」的形式。"))
        for key in value:
            if key not in self.parts:
                check.fault((*path, _shown(key)), self._unknown(key))
        taken = {}
        for key, part in self.parts.items():
            if key in value:
                taken[key] = part.shape.take(value[key], (*path, key), check)
            elif part.required:
                taken[key] = check.fault((*path, key), _("缺少这一项。"))
            else:
                taken[key] = part.default() if callable(part.default) else part.default
        return taken

    def _unknown(self, key: Any) -> str:
        near = difflib.get_close_matches(str(key), self.parts, n=1)
        if near:
            return _("不认识这一项，是不是「%(near)s」？") % {"near": near[0]}
        return _("不认识这一项，可以写：%(keys)s。") % {"keys": "、".join(self.parts)}

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {key: part.shape.schema() for key, part in self.parts.items()},
            "required": [key for key, part in self.parts.items() if part.required],
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Keyed(Shape):
    """A mapping from known keys to values of one shape; keys left out, or empty, are not there."""

    keys: tuple[str, ...]
    of: Shape

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if value is None:
            value = {}
        if not isinstance(value, dict):
            return check.fault(path, _("这里应是「键: 值」的形式。"))
        # YAML reads a bare 1 as a number; the key is meant.
        said = {str(key) if type(key) is int else key: item for key, item in value.items()}
        for key in said:
            if key not in self.keys:
                check.fault(
                    (*path, _shown(key)),
                    _("不认识这一项，可以写：%(keys)s。") % {"keys": "、".join(self.keys)},
                )
        taken = {
            key: self.of.take(said[key], (*path, key), check) for key in self.keys if key in said
        }
        return {key: item for key, item in taken.items() if item != []}

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["object", "null"],
            "properties": {key: self.of.schema() for key in self.keys},
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Pair(Shape):
    """A text and a hint: `[text, hint]`, or the text alone."""

    text: Text
    hint: Text

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if isinstance(value, str):
            value = [value, ""]
        if not isinstance(value, list) or len(value) != 2:
            return check.fault(path, _("这里应写成 [检查项, 做法]。"))
        taken = [
            self.text.take(value[0], (*path, 1), check),
            self.hint.take(value[1], (*path, 2), check),
        ]
        return NOTHING if NOTHING in taken else taken

    def schema(self) -> dict[str, Any]:
        pair = {
            "type": "array",
            "prefixItems": [self.text.schema(), self.hint.schema()],
            "minItems": 2,
            "maxItems": 2,
        }
        return {"anyOf": [self.text.schema(), pair]}


@dataclass(frozen=True)
class Terse(Shape):
    """A record that is written as `[text, hint]`, its first two parts, where it says no more.

    That is also its normal form; a longer one has only the keys that say something of their own.
    """

    record: Record
    pair: Pair

    def take(self, value: Any, path: Path, check: Check) -> Any:
        if not isinstance(value, dict):
            return self.pair.take(value, path, check)
        taken = self.record.take(value, path, check)
        return NOTHING if taken is NOTHING else self.short(taken)

    def full(self, item: Any) -> dict[str, Any]:
        """Every part of an item in its normal form, said or not."""
        if isinstance(item, list):
            item = dict(zip(self.record.parts, item, strict=False))
        return {name: item.get(name, self._usual(name)) for name in self.record.parts}

    def short(self, item: dict[str, Any]) -> Any:
        """The normal form of an item with all its parts."""
        text, hint = list(self.record.parts)[:2]
        said = {name: item[name] for name in self.record.parts if item[name] != self._usual(name)}
        if set(said) <= {text, hint}:
            return [item[text], item[hint]]
        return said

    def _usual(self, name: str) -> Any:
        default = self.record.parts[name].default
        return default() if callable(default) else default

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [*self.pair.schema()["anyOf"], self.record.schema()]}


@dataclass(frozen=True)
class Either(Shape):
    """One of several records; `pick` tells from the keys which one is meant."""

    shapes: Mapping[str, Record]

    def take(self, value: Any, path: Path, check: Check) -> Any:
        named = [key for key in self.shapes if isinstance(value, dict) and key in value]
        if len(named) != 1:
            return check.fault(
                path, _("请写明其中一种：%(keys)s。") % {"keys": "、".join(self.shapes)}
            )
        return self.shapes[named[0]].take(value, path, check)

    def schema(self) -> dict[str, Any]:
        return {"oneOf": [shape.schema() for shape in self.shapes.values()]}


@dataclass(frozen=True)
class Formed(Shape):
    """A shape with one thing more to demand: `form` gives the value, or raises ValueError."""

    of: Shape
    form: Callable[[Any], Any]
    described: dict[str, Any]

    def take(self, value: Any, path: Path, check: Check) -> Any:
        try:
            return self.of.take(self.form(value), path, check)
        except ValueError as error:
            return check.fault(path, str(error))

    def schema(self) -> dict[str, Any]:
        return self.described


def _insist_distinct(said: list[Any], path: Path, name: Path, check: Check) -> None:
    seen: dict[Any, int] = {}
    for place, item in enumerate(said, start=1):
        if item is NOTHING:
            continue
        if item in seen:
            check.fault(
                (*path, place, *name),
                _("「%(said)s」与第 %(place)s 项重复。") % {"said": item, "place": seen[item]},
            )
        seen.setdefault(item, place)


def _shown(value: Any) -> str:
    """A value inside a sentence: never longer than a line."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
