"""Differences between versions in words, as pages and the API show them."""

from typing import Any

from plans import difference, wording
from teams.models import Person


def shown(found: list[difference.Difference]) -> list[dict[str, Any]]:
    """Differences by part, each value in words, long texts with what is new in them marked."""
    people = dict(Person.objects.values_list("username", "name"))
    parts: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        parts.setdefault(one.part, []).append(_shown(one, people))
    return [
        {"part": part, "title": wording.part_title(part), "items": items}
        for part, items in parts.items()
    ]


def _shown(one: difference.Difference, people: dict[str, str]) -> dict[str, Any]:
    title = one.title
    if one.part == "ladders":
        title = next(
            (
                wording.target(change.after or change.before, people)
                for change in one.changes
                if change.field == "to"
            ),
            people.get(title, title),
        )
    return {
        "kind": one.kind,
        "key": wording.key_title(one.part, one.key) if one.key else "",
        "title": title,
        "place_before": one.place_before,
        "place_after": one.place_after,
        "changes": [
            {
                "label": wording.field_title(change.field),
                "before": wording.said(change.field, change.before, people),
                "after": wording.said(change.field, change.after, people),
                "words": difference.words(change.before, change.after)
                if isinstance(change.before, str) and isinstance(change.after, str)
                else None,
            }
            for change in one.changes
            if one.kind in (difference.CHANGED, difference.MOVED) or _says_something(change)
        ],
    }


def _says_something(change: difference.Change) -> bool:
    """Of what is new or gone, empty fields need no line."""
    return any(value not in (None, "", []) for value in (change.before, change.after))
