"""Parts that are drawn once for the same facts, where a list shows many of them at every refresh.

A dashboard of forty incidents is asked for by every screen whenever anything happens, and of its
rows one has changed. What a part shows follows from its facts, the language and the day alone, but
for the distance on a clock, which is put in afterwards.
"""

import datetime
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ops.templatetags.look import ClockFace, clock_face

register = template.Library()

# Stands for the clock's words while a part is drawn: a character for private use.
_LEFT = "\ue000"


class Facts(Hashable, Protocol):
    """What a part shows: equal where the part looks the same. A clock has `due` and `armed`."""

    def shown(self) -> dict[str, Any]:
        """What the part's template needs, by name."""


@register.simple_tag
def drawn(part: str, rows: Iterable[Facts]) -> SafeString:
    """The part for each of the rows, as a loop of `{% include part with … only %}` gives it."""
    language, today = get_language(), timezone.localdate()
    return SafeString("".join(_with_clock(part, facts, language, today) for facts in rows))


def _with_clock(part: str, facts: Facts, language: str | None, today: datetime.date) -> str:
    due = getattr(facts, "due", None)
    if due is None:
        return _draw(part, facts, "waiting", language, today)
    face = clock_face(due, getattr(facts, "armed", None))
    return _draw(part, facts, face.mood, language, today).replace(_LEFT, escape(face.words))


# `language` and `today` are what a part follows unseen: the words, and «yesterday».
@lru_cache(maxsize=2048)
def _draw(part: str, facts: Facts, mood: str, language: str | None, today: datetime.date) -> str:
    return render_to_string(part, {**facts.shown(), "face": ClockFace(mood, _LEFT)})
