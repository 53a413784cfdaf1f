"""A typed text as YAML: what of it is read at all, and what its parts say.

Pure. What no scenario needs is refused before a tree is made of the text: it would break whoever
reads it, or fit into no column.
"""

import re
from typing import Any

import yaml
from django.utils.translation import gettext as _

# The same reader in C, eight times as fast, where the library has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Real scenarios are four deep; a tree much deeper than that breaks whoever walks it.
DEEPEST = 20
# What PostgreSQL keeps in no text; reached by escapes within quotes alone.
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def strange(text: str) -> tuple[int, str, str] | None:
    """The first line with something strange, what it is, and what would be right.

    Raises yaml.YAMLError where the text is no YAML, ValueError for characters that it forbids.
    """
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            right = _("请把内容原样写出来，或给以 & 或 * 开头的话加引号")
            return line, _("用了 & 或 * 引用"), right
        if getattr(event, "tag", None):
            return line, _("用了 ! 标记"), _("请删掉以 ! 开头的标记，或给这句话加引号")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return line, _("括号套得太深"), _("剧本里的括号不用套这么多层")
        if isinstance(event, yaml.ScalarEvent) and _UNKEPT.search(event.value):
            return line, _("有不能保存的字符"), _("请把它删掉，或换成普通的字")
    return None


def text_of(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def plain(node: yaml.Node) -> Any:
    """The value as YAML has it. What YAML cannot build (a day that does not exist, or one before
    the first) stays text."""
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, OverflowError):
        return text_of(node)
