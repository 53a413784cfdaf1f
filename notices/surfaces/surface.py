"""What a surface says: lines with a meaning each, and how long it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Line:
    """One line. `kind` says what it is about, for whoever draws it: see `sentences`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Surface:
    """The words of one surface in one language (`zh` or `en`).

    `figures` holds what was counted: `seconds`, `characters`, `rate`, `segments`, `bytes`,
    `template`, `variables`, `too_long`; which of them, depends on the surface. `generic` names the
    facts whose English was missing, and which a sentence stands for that is true of any fault.
    """

    name: str
    language: str
    heading: str
    lines: tuple[Line, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)
    generic: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it, as it is copied, sent or read out."""
        return "\n".join([self.heading, *(line.text for line in self.lines)]).strip()

    def line(self, kind: str) -> str:
        """The first line of a kind, else nothing."""
        return next((line.text for line in self.lines if line.kind == kind), "")

    @property
    def measure(self) -> str:
        """How long it is, in a sentence for who writes it; nothing where length is no matter."""
        known = self.figures
        if "seconds" in known:
            unit = _("每分钟 %(rate)s 个词") if self.language == "en" else _("每分钟 %(rate)s 字")
            return _("读一遍约 %(seconds)s 秒（按%(rate)s计）") % {
                "seconds": known["seconds"],
                "rate": unit % {"rate": known["rate"]},
            }
        if "segments" in known:
            return _("连签名 %(length)s 字，按 %(count)s 条计费") % {
                "length": known["characters"],
                "count": known["segments"],
            }
        if "bytes" in known:
            return _("%(size)s 字节，机器人消息最多 %(most)s 字节") % {
                "size": known["bytes"],
                "most": known["most"],
            }
        return ""
