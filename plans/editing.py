"""Changing one item of a part: pure, from the part's value to its new value.

Places count from 1. A part kept by key is changed in the list under `key`.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from plans import form

Item = Any
Items = list[Any]


def items_of(value: Any, part: str, key: str = "") -> Items:
    """The list that is meant, in a copy."""
    return list(value.get(key, []) if part in form.KEYED else value)


def put(value: Any, part: str, item: Item, *, key: str = "", place: int | None = None) -> Any:
    """With the item at its place, or as a new one at the end."""

    def change(items: Items) -> Items:
        if place is not None and 1 <= place <= len(items):
            return [*items[: place - 1], item, *items[place:]]
        return [*items, item]

    return _changed(value, part, key, change)


def remove(value: Any, part: str, place: int, *, key: str = "") -> Any:
    """Without the item; a clause goes with the clauses below it."""

    def change(items: Items) -> Items:
        if part == "sections":
            start, end = branch(items, place)
            return renumbered(items[:start] + items[end:])
        return items[: place - 1] + items[place:]

    return _changed(value, part, key, change)


def move(value: Any, part: str, place: int, *, up: bool, key: str = "") -> Any:
    """One place up or down among its neighbours; at the end of the way nothing changes.

    The minutes of a ladder belong to the place, not to whom is called: the first is called first.
    """

    def change(items: Items) -> Items:
        if part == "sections":
            return _move_branch(items, place, up)
        other = place - 1 if up else place + 1
        if not 1 <= other <= len(items):
            return items
        one, two = items[place - 1], items[other - 1]
        if part == "ladders":
            one, two = {**one, "after": two["after"]}, {**two, "after": one["after"]}
        items[place - 1], items[other - 1] = two, one
        return items

    return _changed(value, part, key, change)


def mark(item: Item) -> str:
    """A short mark by which a form finds again what it was opened on."""
    told = json.dumps(item, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def place_of(items: Items, wanted: str) -> int | None:
    """Where the item with this mark stands now; None where it is gone or was changed."""
    return next((place for place, item in enumerate(items, 1) if mark(item) == wanted), None)


def _changed(value: Any, part: str, key: str, change: Callable[[Items], Items]) -> Any:
    items = change(items_of(value, part, key))
    if part == "ladders" and items:
        # Whoever is first now is called with the report.
        items = [{**items[0], "after": 0}, *items[1:]]
    if part not in form.KEYED:
        return sorted(items, key=lambda grade: grade["level"]) if part == "grades" else items
    return {known: items if known == key else value.get(known, []) for known in form.KEYED[part]}


# Clauses: a tree, written as a list with dotted numbers.


def depth(section: dict[str, Any]) -> int:
    """1 for a chapter, 2 for a clause in it."""
    return int(section["number"].count(".")) + 1


def branch(sections: Items, place: int) -> tuple[int, int]:
    """From where to where a clause reaches with all below it, as the ends of a slice."""
    start = place - 1
    end = start + 1
    while end < len(sections) and depth(sections[end]) > depth(sections[start]):
        end += 1
    return start, end


def renumbered(sections: Items, depths: list[int] | None = None) -> Items:
    """The clauses numbered anew, without holes, by how deep each stands."""
    counted: list[int] = []
    found = []
    for index, section in enumerate(sections):
        wanted = depths[index] if depths else depth(section)
        level = max(1, min(wanted, len(counted) + 1, form.DEEPEST))
        counted = [*counted[: level - 1], counted[level - 1] + 1 if level <= len(counted) else 1]
        found.append({**section, "number": ".".join(map(str, counted))})
    return found


def put_clause(
    sections: Items, item: dict[str, Any], level: int, *, place: int | None, after: int = 0
) -> Items:
    """With the clause at its place and depth, those below it moved along; or a new one.

    A new one stands behind the clause at `after`: in it when deeper, else after all below it.
    """
    depths = [depth(section) for section in sections]
    if place is not None and 1 <= place <= len(sections):
        start, end = branch(sections, place)
        step = level - depths[start]
        depths[start:end] = [known + step for known in depths[start:end]]
        kept = [*sections]
        kept[start] = {**sections[start], **item}
        return renumbered(kept, depths)
    at = len(sections)
    if 1 <= after <= len(sections):
        start, end = branch(sections, after)
        at = start + 1
        while at < end and depths[at] >= level:
            at += 1
        at = at if level > depths[start] else end
    return renumbered(
        [*sections[:at], {"number": "1", **item}, *sections[at:]],
        [*depths[:at], level, *depths[at:]],
    )


def _move_branch(sections: Items, place: int, up: bool) -> Items:
    start, end = branch(sections, place)
    level = depth(sections[start])
    if up:
        before = start - 1
        while before >= 0 and depth(sections[before]) > level:
            before -= 1
        if before < 0 or depth(sections[before]) < level:
            return sections
        order = [*sections[:before], *sections[start:end], *sections[before:start], *sections[end:]]
    else:
        if end >= len(sections) or depth(sections[end]) < level:
            return sections
        after = branch(sections, end + 1)[1]
        order = [*sections[:start], *sections[end:after], *sections[start:end], *sections[after:]]
    return renumbered(order)
