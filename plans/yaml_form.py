"""A whole version as one YAML text, and back without loss.

`load(dump(value)) == value` for every value in its normal form, and a text that `dump` wrote comes
out of `dump(load(text))` byte for byte. Comments and line breaks of a text written by hand are not
kept; everything it says is.
"""

from typing import Any

import yaml
from django.utils.translation import gettext as _

from plans import form
from plans.content import Value
from plans.shapes import Fault, Names, Path

# A plan is some tens of kilobytes; more is not a plan.
LONGEST = 1_000_000
_DEEPEST = 12


class Unreadable(form.Unfit):
    """The text is no YAML, or more than a plan may use of it."""


def dump(value: Value) -> str:
    """The version as a YAML text: keys in their order, texts of several lines as blocks."""
    return yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=10_000,
    )


def load(text: str, names: Names) -> Value:
    """The version that a YAML text tells, in its normal form.

    Raises `plans.form.Unfit`: each fault with its path, its line (`line_of`) and a sentence.
    """
    return form.fit(parse(text), names)


def parse(text: str) -> Any:
    """What a YAML text says, unchecked. Raises Unreadable; aliases and double keys are refused."""
    if len(text) > LONGEST:
        raise Unreadable([Fault((), _("文件太大，预案文件不超过 1 MB。"))])
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  (a SafeLoader that takes less)
    except yaml.YAMLError as error:
        raise Unreadable([Fault((), _in_words(error))]) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable([Fault((), _("文件的结构不对，读不出来。"))]) from error


def lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, on which each part of a readable text begins."""
    found: dict[Path, int] = {}
    node = yaml.compose(text, Loader=_Loader)
    if node is not None:
        _note_lines(node, (), found)
    return found


def line_of(path: Path, found: dict[Path, int]) -> int | None:
    """The line of a fault's path, or of the nearest part around it that is in the text."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path)


def _note_lines(node: yaml.Node, path: Path, found: dict[Path, int]) -> None:
    found[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _note_lines(value, (*path, key.value), found)
            found[(*path, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value, start=1):
            _note_lines(item, (*path, place), found)


def _in_words(error: yaml.YAMLError) -> str:
    if isinstance(error, _Refused):
        return str(error)
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _("这不是 YAML 文件，读不出来。")
    return _("第 %(line)s 行第 %(column)s 列附近写法不对，请检查缩进、冒号和引号。") % {
        "line": mark.line + 1,
        "column": mark.column + 1,
    }


class _Refused(yaml.YAMLError):
    """YAML that is right, but not in a plan."""


class _Loader(yaml.SafeLoader):
    """Plain data only: no aliases (a few lines could grow without end), no key said twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        mark = self.peek_event().start_mark
        if self.check_event(yaml.AliasEvent):
            raise _Refused(_("第 %(line)s 行用了引用（*），请写出全文。") % {"line": mark.line + 1})
        self._depth = getattr(self, "_depth", 0) + 1
        if self._depth > _DEEPEST:
            raise _Refused(_("第 %(line)s 行缩进的层次太多。") % {"line": mark.line + 1})
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused(
                    _("第 %(line)s 行的键不是文字。") % {"line": key.start_mark.line + 1}
                )
            if key.value in seen:
                raise _Refused(
                    _("第 %(line)s 行的「%(key)s」写了两次。")
                    % {"line": key.start_mark.line + 1, "key": key.value}
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """Lists stand in from their key, and nothing is written as a reference."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, data: str) -> Any:
    style = "|" if "\n" in data else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


def _pairs_on_one_line(dumper: yaml.SafeDumper, data: list[Any]) -> Any:
    """Lists of short texts, as checklist items and channels, read best on one line."""
    flow = all(isinstance(item, str) for item in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _pairs_on_one_line)
