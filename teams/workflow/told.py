"""What verbs of this room share: the permission, what became different in words, the stream."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from journal.recording import record
from journal.refusals import Incomplete, NotAllowed
from teams.authority import administers
from teams.wording import in_words

_SHORT = {"responsegroup": "group"}


def stream_of(row: Any) -> str:
    """The journal's stream of one row of this room: `person:12`, `group:3`."""
    kind = row._meta.model_name
    return f"{_SHORT.get(kind, kind)}:{row.pk}"


def insist_administers(by: Any) -> None:
    if not administers(by):
        raise NotAllowed(_("人员、科室和小组由管理员维护。"))


def needed(text: str, field: str, sentence: str | Promise) -> str:
    """The text without blanks around it. Raises Incomplete with the sentence where nothing is."""
    text = text.strip()
    if not text:
        raise Incomplete(sentence, fields={field: sentence})
    return text


def apply(row: models.Model, facts: Mapping[str, Any]) -> list[str]:
    """Set these fields of the row and give what became different, in words: 「职务：甲 → 乙」."""
    changes = []
    for name, value in facts.items():
        before = in_words(row, name)
        setattr(row, name, value)
        after = in_words(row, name)
        if before != after:
            label = row._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            changes.append(f"{label}：{before or '–'} → {after or '–'}")
    return changes


def tell(row: models.Model, event: str, *, by: Any, **facts: Any) -> None:
    """Record what was done with the row in its own stream."""
    record(stream_of(row), event, by=by, facts={"what": str(row)} | facts)
