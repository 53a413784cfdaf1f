"""What the public page and the hall screens show, put together from the facts of the snapshot.

Pure: no database, no request. `facts` are those of `notices.public.Status`. Nobody's name is in it.
"""

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from notices import surfaces
from notices.surfaces import Line, Told
from notices.surfaces.names import in_english
from notices.surfaces.registry import LANGUAGES

# So long a hall screen goes on saying that something works again: the all clear must be seen.
OVER_FOR = datetime.timedelta(minutes=60)


@dataclass(frozen=True)
class Piece:
    """One notice in one language. `html` is the language as HTML names it."""

    told: Told
    surface: surfaces.Surface

    @property
    def html(self) -> str:
        return html_language(self.surface.language)

    @property
    def first(self) -> list[Line]:
        """What to do and where to go: said largest."""
        return [line for line in self.surface.lines if line.kind in _FIRST]

    @property
    def rest(self) -> list[Line]:
        return [line for line in self.surface.lines if line.kind not in (*_FIRST, *_APART)]

    @property
    def emergency(self) -> str:
        return self.surface.line("emergency")

    @property
    def next(self) -> str:
        return self.surface.line("next")

    @property
    def published(self) -> str:
        return self.surface.line("published")

    @property
    def late_words(self) -> str:
        """What a screen says by itself, should the promised moment pass without news."""
        at = self.told.next_update_at
        if at is None or self.told.is_late or self.surface.line("next") == "":
            return ""
        late = replace(self.told, at=at + datetime.timedelta(seconds=1))
        return surfaces.of(late, self.surface.name, self.surface.language).line("next")


_FIRST = ("correction", "planned", "advice", "where", "outcome", "all_clear", "relapse", "before")
_APART = ("emergency", "next", "published")


def html_language(language: str) -> str:
    return "en" if language == "en" else "zh-Hans"


def told_of(facts: Iterable[Mapping[str, Any]]) -> list[Told]:
    return [Told.read(each) for each in facts]


def status_page(status: Any, *, language: str = "zh", size: str = "") -> dict[str, Any]:
    """Context of notices/public.html, for a `notices.public.Status`."""
    facts = status.facts
    present = (*facts["notices"], *facts.get("relapsed", ()), *facts.get("planned", ()))
    shown = told_of(present)
    past = told_of(facts.get("planned_past", ()))
    withdrawn = told_of(facts.get("withdrawn", ()))
    withdrawn += [told for told in past if told.is_withdrawn]
    over = told_of(facts["ended"]) + [told for told in past if told.is_over]
    return {
        "as_of": parse_datetime(facts["as_of"]),
        "is_copy": status.is_copy,
        "language": language,
        "html_language": html_language(language),
        "size": size,
        "query": f"?lang={language}" + (f"&size={size}" if size else ""),
        "is_disturbed": any(not told.is_planned for told in shown),
        "pieces": [piece(told, "page", language) for told in [*shown, *withdrawn]],
        "over": [piece(told, "page", language) for told in over],
        "services": [
            {**service, "label": _service(service["name"], language)}
            for service in facts["services"]
        ],
        "takes": facts.get("takes", []),
    }


def piece(told: Told, surface: str, language: str) -> Piece:
    return Piece(told, surfaces.of(told, surface, language))


def _service(name: str, language: str) -> str:
    known = in_english(name) if language == "en" else ""
    return known[:1].upper() + known[1:] if known else name


# Screens --------------------------------------------------------------------------------------


def place_of(facts: Mapping[str, Any], slug: str) -> dict[str, Any] | None:
    """What the snapshot says of a place; None where it knows none of that name."""
    return next((each for each in facts.get("places", []) if each["slug"] == slug), None)


def concerns(place: Mapping[str, Any] | None, told: Mapping[str, Any]) -> bool:
    """Is this of interest here? A place without services of its own, and a notice that names none,
    are everybody's."""
    here = set(place["services"]) if place else set()
    named = set(told.get("services") or ())
    return not here or not named or bool(here & named)


def screen(
    status: Any, place: Mapping[str, Any] | None, languages: Sequence[str] = ()
) -> dict[str, Any]:
    """Context of notices/screen.html: the pages that this place's screen shows in turn.

    `languages` stand in for the place's own. Each notice is shown in all of them, one after the
    other. What has ended or was withdrawn is shown for an hour; with nothing to tell the screen
    is calm.
    """
    facts = status.facts
    wished = languages or (place or {}).get("languages") or ["zh"]
    languages = [each for each in wished if each in LANGUAGES] or ["zh"]
    present = [*facts["notices"], *facts.get("relapsed", ()), *facts.get("planned", ())]
    past = [*facts["ended"], *facts.get("withdrawn", ()), *facts.get("planned_past", ())]
    shown = told_of(each for each in present if concerns(place, each))
    over = told_of(each for each in past if concerns(place, each))
    since = timezone.now() - OVER_FOR
    over = [told for told in over if _last_word(told, since) > since]
    own = set(place["services"]) if place else set()
    names = [each["name"] for each in facts["services"] if not own or each["name"] in own]
    names = [_service(name, languages[0]) for name in names]
    services = (", " if languages[0] == "en" else "、").join(names)
    return {
        "as_of": parse_datetime(facts["as_of"]),
        "is_copy": status.is_copy,
        "place": place,
        "languages": languages,
        "language": languages[0],
        "html_language": html_language(languages[0]),
        "query": f"?lang={'%20'.join(languages)}",
        "pieces": [
            piece(told, "screen", language) for told in [*shown, *over] for language in languages
        ],
        "services": services,
        "build": _build(),
    }


def _last_word(told: Told, never: datetime.datetime) -> datetime.datetime:
    """When patients were last told something of what is over."""
    return max(told.all_clear_at or never, told.ended_at or told.withdrawn_at or never)


@cache
def _build() -> str:
    """Another one where the screens' own script or style is another: open screens load anew."""
    parts = [settings.BASE_DIR / "static" / name for name in ("js/screen.js", "css/screen.css")]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]
