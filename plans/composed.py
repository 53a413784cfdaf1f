"""Shapes that are made of others: lists, records, and what stands for a record (see `shapes`)."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from plans.shapes import NOTHING, Check, Path, Shape, Text, shown

_REQUIRED: Any = object()


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
                check.fault((*path, shown(key)), self._unknown(key))
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
                    (*path, shown(key)),
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
