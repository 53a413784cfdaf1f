"""Which hall screens are alight, as far as they have let us know."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from notices.models import Place, Screen


@dataclass(frozen=True)
class Light:
    """How it stands with a place's screens: `lit`, `dark`, `never` (none has ever called) or `none`
    (no screen hangs there). `since`: when the last of those that are dark was heard of."""

    state: str
    since: datetime.datetime | None = None
    lit: int = 0
    dark: int = 0
    screens: tuple[tuple[Screen, bool], ...] = ()

    @property
    def is_dark(self) -> bool:
        return self.state in ("dark", "never")


def light_of(place: Place, at: datetime.datetime | None = None) -> Light:
    """How it stands with the place's screens, which should be prefetched."""
    if not (place.is_active and place.has_screen):
        return Light("none")
    at = at or timezone.now()
    screens = sorted(place.screens.all(), key=lambda each: each.seen_at, reverse=True)
    if not screens:
        return Light("never")
    told = tuple((each, each.is_dark_at(at)) for each in screens)
    dark = sum(is_dark for _screen, is_dark in told)
    state = "dark" if dark == len(told) else "lit"
    return Light(state, screens[0].seen_at, len(told) - dark, dark, told)


def dark_among(places: Iterable[Place]) -> list[tuple[Place, Light]]:
    """Places of which no screen is alight."""
    at = timezone.now()
    found = [(place, light_of(place, at)) for place in places]
    return [(place, light) for place, light in found if light.is_dark]
