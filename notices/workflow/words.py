"""What patients are told, as one value, and the rules that each text of it must keep."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from django.utils.translation import gettext as _

from journal.refusals import Incomplete
from notices.models import Notice
from notices.wording import jargon_in
from teams.models import Service

_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words that every surface is made of; what ends in `_en` is in English."""

    affected: str
    advice: str
    where_to_go: str = ""
    emergency: str = "急诊照常接诊"
    contact: str = ""
    affected_en: str = ""
    advice_en: str = ""
    where_en: str = ""
    emergency_en: str = ""
    services: Sequence[Service] = ()

    @classmethod
    def columns(cls) -> list[str]:
        """Names of the facts that lie in the row itself."""
        return [field.name for field in fields(cls) if field.name != "services"]

    @classmethod
    def spoken(cls) -> list[str]:
        """Names of the facts that are texts."""
        return [field.name for field in fields(cls) if field.type is str]

    @classmethod
    def of(cls, row: Any) -> Self:
        """The facts of a stored row."""
        return cls(
            services=list(row.services.all()),
            **{name: getattr(row, name) for name in cls.columns()},
        )

    def stamp(self, row: Any) -> None:
        """Put the facts on a row that is not saved yet; `services` follow after the saving."""
        for name in self.columns():
            setattr(row, name, getattr(self, name))

    def told(self) -> dict[str, Any]:
        """For the journal: exactly what patients were or would be told."""
        return {name: getattr(self, name) for name in self.columns()} | {
            "services": [service.name for service in self.services]
        }

    def tidied(self) -> Self:
        """Without blanks around the texts."""
        texts: dict[str, Any] = {
            name: (getattr(self, name) or "").strip() for name in self.spoken()
        }
        return replace(self, **texts)


def wrong_words(name: str, text: str) -> dict[str, str]:
    """What is wrong with a text of a notice by itself: too long, jargon, Chinese for English."""
    longest = getattr(Notice._meta.get_field(name), "max_length", None)
    if longest is not None and len(text) > longest:
        return {name: _("请写短一些，最多 %(longest)s 个字。") % {"longest": longest}}
    if name.endswith("_en") and _CHINESE.search(text):
        return {name: _("这里请写英文；不会写就空着，英文版会用一句通用的话。")}
    return wrong_jargon(name, text)


def wrong_jargon(name: str, text: str) -> dict[str, str]:
    """A sentence at the field whose words patients would not understand, naming the words."""
    words = jargon_in(text)
    if not words:
        return {}
    return {name: _("患者听不懂「%(words)s」，请换成日常的话。") % {"words": "」「".join(words)}}


def refuse(wrong: dict[str, str]) -> None:
    """Raise Incomplete where any field is wrong; the sentence says all of it."""
    if wrong:
        raise Incomplete(" ".join(dict.fromkeys(wrong.values())), fields=wrong)
