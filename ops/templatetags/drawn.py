"""Parts that are drawn once for the same facts, where a list shows many of them at every refresh.

A dashboard of forty incidents is asked for by every screen whenever anything happens, and of its
rows one has changed. What a part shows follows from its facts, the language and the day alone, but
for the distance on a clock, which is put in afterwards.
"""

import datetime
from collections.abc import Hashable
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
    """What a part shows: hashable, equal where the part looks the same."""

    @property
    def due(self) -> datetime.datetime | None: ...

    @property
    def armed(self) -> datetime.datetime | None: ...

    def shown(self) -> dict[str, Any]:
        """What the part's template needs, by name."""


@register.simple_tag
def drawn(part: str, facts: Facts) -> SafeString:
    """The part with these facts, as `{% include part with … only %}` would give it."""
    face = clock_face(facts.due, facts.armed)
    text = _draw(part, facts, face.mood, get_language(), timezone.localdate())
    return SafeString(text.replace(_LEFT, escape(face.words)))


# `language` and `today` are what `_draw` follows unseen: the words, and «yesterday».
@lru_cache(maxsize=2048)
def _draw(part: str, facts: Facts, mood: str, language: str | None, today: datetime.date) -> str:
    return render_to_string(part, {**facts.shown(), "face": ClockFace(mood, _LEFT)})
