"""Parts that are drawn once for the same facts, however often they are shown.

A dashboard of forty incidents is asked for by every screen whenever anything happens, and of its
rows one has changed. What a part shows follows from its facts, the language and the day alone, but
for the distance on a clock and the token of a form, which are put in afterwards.
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

# Stand for the clock's words and a form's token while a part is drawn: for private use.
_LEFT, _TOKEN = "\ue000", "\ue001"
# More values than this of one `once`, and it begins anew.
_MANY = 200


class Facts(Hashable, Protocol):
    """What a part shows: equal where the part looks the same.

    Where a clock runs in it, `due` and `armed` are the clock's; the part takes its look as `face`.
    """

    def shown(self) -> dict[str, Any]:
        """What the part's template needs, by name."""


@register.simple_tag(takes_context=True)
def drawn(context: template.Context, part: str, rows: Iterable[Facts]) -> SafeString:
    """The part for each of the rows, as a loop of `{% include part with … only %}` gives it."""
    language, today = get_language(), timezone.localdate()
    found = "".join([_with_clock(part, facts, language, today) for facts in rows])
    if _TOKEN in found:
        found = found.replace(_TOKEN, escape(context["csrf_token"]))
    return SafeString(found)


def _with_clock(part: str, facts: Facts, language: str | None, today: datetime.date) -> str:
    due = getattr(facts, "due", None)
    if due is None:
        return _draw(part, facts, "waiting", language, today)
    face = clock_face(due, getattr(facts, "armed", None))
    return _draw(part, facts, face.mood, language, today).replace(_LEFT, escape(face.words))


# `language` and `today` are what a part follows unseen: the words, and «yesterday».
@lru_cache(maxsize=2048)
def _draw(part: str, facts: Facts, mood: str, language: str | None, today: datetime.date) -> str:
    face = {"face": ClockFace(mood, _LEFT)} if getattr(facts, "due", None) else {}
    return render_to_string(part, {"csrf_token": _TOKEN, **facts.shown(), **face})


@register.tag
def once(parser: template.base.Parser, token: template.base.Token) -> "Once":
    """`{% once name … %} … {% endonce %}`: drawn once for each language and values of the names.

    Inside there is nothing but these names, neither `request` nor `user`: so it cannot show to one
    what was drawn for another. It must not tell the time, and holds no `{% block %}`.
    """
    names = token.split_contents()[1:]
    inside = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(names, inside)


class Once(template.Node):
    def __init__(self, names: list[str], inside: template.NodeList) -> None:
        self._names = names
        self._inside = inside
        self._drawn: dict[Hashable, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = [context.get(name) for name in self._names]
        key = (get_language(), *values)
        found = self._drawn.get(key)
        if found is None:
            if len(self._drawn) >= _MANY:
                self._drawn.clear()
            given = dict(zip(self._names, values, strict=True))
            found = self._drawn[key] = self._inside.render(context.new(given))
        return found
