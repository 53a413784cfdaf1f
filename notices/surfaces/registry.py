"""Which surfaces there are, and the one door to them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from notices.surfaces.sentences import Sentences
from notices.surfaces.surface import Line, Surface
from notices.surfaces.told import Told
from plans.marks import DRILL

# The language of the words, as the catalogue names it. The reader's own does not matter.
LANGUAGES = {"zh": "zh-hans", "en": "en"}

# A heading, the lines, and what was counted.
Made = tuple[str, Iterable[Line], Mapping[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A surface: its name in addresses, its name for people, and who meets it."""

    name: str
    label: str | Promise
    hint: str | Promise
    make: Callable[[Sentences], Made]
    only: str = ""


KINDS: dict[str, Kind] = {}


def surface(
    name: str, label: str | Promise, hint: str | Promise, *, only: str = ""
) -> Callable[[Callable[[Sentences], Made]], Callable[[Sentences], Made]]:
    """Register the function that arranges a surface. `only`: it exists in this language alone."""

    def register(make: Callable[[Sentences], Made]) -> Callable[[Sentences], Made]:
        KINDS[name] = Kind(name, label, hint, make, only)
        return make

    return register


def of(facts: Told | Mapping[str, Any], name: str, language: str = "zh") -> Surface:
    """The words of one surface. Raises KeyError for a surface or language that there is not.

    What a drill says begins with 【演练】, on every surface.
    """
    kind = KINDS[name]
    language = kind.only or language
    told = facts if isinstance(facts, Told) else Told.read(facts)
    with translation.override(LANGUAGES[language]):
        sentences = Sentences(told, language)
        heading, lines, figures = kind.make(sentences)
        kept = tuple(line for line in lines if line.text)
        if told.is_drill and not heading.startswith(DRILL):
            heading = DRILL + heading
        return Surface(name, language, heading, kept, figures, tuple(sentences.generic))


def every(facts: Told | Mapping[str, Any]) -> list[tuple[Kind, Surface]]:
    """All surfaces in Chinese, and the English version: what the page of writing shows."""
    told = facts if isinstance(facts, Told) else Told.read(facts)
    return [(kind, of(told, kind.name)) for kind in KINDS.values()]
