"""Where the code on a poster says that its reader stands. Rooms above know the places."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Whereabouts:
    """What the report form begins with: words for the location, and whose place it is."""

    location: str
    department: int | None


_knowers: list[Callable[[str], Whereabouts | None]] = []


def also_know(knower: Callable[[str], Whereabouts | None]) -> None:
    """Register who knows places by the name in a poster's address; it gives None for others."""
    _knowers.append(knower)


def of(slug: str) -> Whereabouts | None:
    """The place of this name, None where nobody knows it."""
    return next((found for know in _knowers if (found := know(slug)) is not None), None)
