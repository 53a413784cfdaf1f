"""The journal in words: each app says how its events read in a timeline."""

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise
# What is left over where a fact at the end of a sentence is missing.
_LOOSE = " ,;:，；："
# Two marks meet where a fact between them is missing or ends with one of its own: the last counts.
_MET = re.compile(r"([，；：。])(?!\1)(?=[，；：。])")
_tellings: dict[str, tuple[Text, Text]] = {}
_details: set[str] = set()


def tell(event: str, label: Text, sentence: Text = "", *, is_detail: bool = False) -> None:
    """Say how an event reads: a short label and a sentence with `{facts}` in braces.

    `is_detail`: another entry tells of the same act, so a short timeline leaves this one out.
    """
    _tellings[event] = (label, sentence)
    if is_detail:
        _details.add(event)


def details() -> list[str]:
    """Events that a short timeline leaves out; the journal shows them all."""
    return sorted(_details)


def label_of(event: str) -> str:
    """The event in a few words; its own name where nobody said how it reads."""
    return str(_tellings.get(event, (event, ""))[0])


def sentence_of(event: str, facts: dict[str, Any]) -> str:
    """The entry's sentence with its facts filled in; facts that are missing stay out."""
    template = str(_tellings.get(event, ("", ""))[1])
    return _MET.sub("", template.format_map(_Facts(facts))).strip(_LOOSE)


class _Facts(dict[str, Any]):
    def __getitem__(self, key: str) -> str:
        return _in_words(self.get(key))


def _in_words(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(_in_words(item) for item in value)
    return str(value)
