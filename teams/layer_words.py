"""How a recurring shift reads to a person: when, who takes turns, and how often."""

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.models import Layer, Person
from teams.rules import LayerRules
from teams.wording import listed

WEEKDAYS = [
    (0, gettext_lazy("周一")),
    (1, gettext_lazy("周二")),
    (2, gettext_lazy("周三")),
    (3, gettext_lazy("周四")),
    (4, gettext_lazy("周五")),
    (5, gettext_lazy("周六")),
    (6, gettext_lazy("周日")),
]


def days_words(layer: LayerRules) -> str:
    """On which days: 「每天」, 「周一、周三」."""
    if layer.days == Layer.Days.WEEKDAYS:
        return listed(words for bit, words in WEEKDAYS if layer.weekdays >> bit & 1)
    return str(Layer.Days(layer.days).label)


def hours_words(layer: LayerRules) -> str:
    """From when to when: 「20:00–次日 08:00」."""
    begins = datetime.datetime.combine(layer.starts_on, layer.begins)
    ends = begins + datetime.timedelta(minutes=layer.minutes)
    later = (ends.date() - begins.date()).days
    clock = f"{ends:%H:%M}"
    if later == 1:
        clock = "24:00" if clock == "00:00" else _("次日 %(clock)s") % {"clock": clock}
    elif later:
        clock = _("%(days)s 天后 %(clock)s") % {"days": later, "clock": clock}
    return f"{begins:%H:%M}–{clock}"


def turns_words(layer: LayerRules) -> str:
    """Who takes over when: 「每 1 天轮换，同时 1 人」."""
    if layer.kind == Layer.Kind.FIXED:
        return _("固定 %(count)s 人，不轮换") % {"count": len(layer.people)}
    return _("每 %(every)s %(unit)s轮换，同时 %(count)s 人") % {
        "every": layer.turn_every,
        "unit": Layer.Turn(layer.turn).label,
        "count": layer.at_once,
    }


def valid_words(layer: LayerRules) -> str:
    """From when until when the shift exists at all."""
    if layer.ends_on is None:
        return _("%(day)s 起") % {"day": layer.starts_on}
    return _("%(day)s 到 %(last)s") % {"day": layer.starts_on, "last": layer.ends_on}


def described(
    layers: tuple[LayerRules, ...], people: Mapping[int, Person]
) -> list[dict[str, object]]:
    """Each layer in words, in the order in which it is stored: what templates show of it."""
    return [
        {
            "number": number,
            "name": layer.name,
            "days": days_words(layer),
            "hours": hours_words(layer),
            "turns": turns_words(layer),
            "valid": valid_words(layer),
            "position": layer.position,
            "people": [people[pk] for pk in layer.people if pk in people],
        }
        for number, layer in enumerate(layers, start=1)
    ]
