"""What is different between two versions, clause by clause and value by value.

Pure: works on two values in the normal form of `plans.form`, looks at no database. A clause that
was only renumbered, or an item that was only moved, is told as that and not as two others.
"""

import difflib
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from plans import form

Value = dict[str, Any]
ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
# Below this likeness two items are two, not one that was changed.
_ALIKE = 0.5


@dataclass(frozen=True)
class Change:
    """One field of an item: its value before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """One clause or item that is not the same. `key` is its list in a part kept by key.

    `place_before` and `place_after` count from 1; None where it was not, or is not any more.
    """

    part: str
    kind: str
    title: str
    key: str = ""
    place_before: int | None = None
    place_after: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class _List:
    """How items of a list are recognised: what makes two the same, and what they are called."""

    same: Callable[[Any], Hashable]
    title: Callable[[Any], str]
    ordered: bool = False


def _target_key(rung: Value) -> Hashable:
    return tuple(sorted(rung["to"].items()))


def _target_title(rung: Value) -> str:
    to = rung["to"]
    return str(
        to.get("group") or to.get("roster") or to.get("person") or to.get("role") or "reporter"
    )


_LISTS = {
    "sections": _List(lambda item: item["title"], lambda item: f"{item['number']} {item['title']}"),
    "grades": _List(lambda item: item["level"], lambda item: item["meaning"]),
    "grading": _List(lambda item: item["question"], lambda item: item["question"], ordered=True),
    "ladders": _List(_target_key, _target_title, ordered=True),
    "checklists": _List(lambda item: item["text"], lambda item: item["text"], ordered=True),
    "service_cards": _List(lambda item: item["service"], lambda item: item["service"]),
    "notice_templates": _List(lambda item: item["name"], lambda item: item["name"]),
    "supplies": _List(lambda item: item["item"], lambda item: item["item"]),
    "clocks": _List(lambda item: item["rule"], lambda item: item["rule"]),
}


def compare(before: Value, after: Value) -> list[Difference]:
    """Everything that is different, part by part in the order of the form."""
    return [difference for part in form.PARTS for difference in compare_part(part, before, after)]


def compare_part(part: str, before: Value, after: Value) -> list[Difference]:
    """What is different in one part of two versions."""
    old, new = before[part], after[part]
    if part in form.KEYED:
        return [
            difference
            for key in form.KEYED[part]
            if key in old or key in new
            for difference in _compare_lists(part, key, old.get(key, []), new.get(key, []))
        ]
    if part in _LISTS:
        return list(_compare_lists(part, "", old, new))
    if old == new:
        return []
    return [Difference(part, CHANGED, "", changes=(Change(part, old, new),))]


def words(before: str, after: str) -> list[tuple[str, str]]:
    """Two texts as one: pairs of `same`, `removed` or `added`, and the words.

    Lines are aligned first, then the characters of lines that were changed; so a long clause of
    which one word is new shows that word.
    """
    found: list[tuple[str, str]] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if kind == "replace" and len(gone) * len(come) < 4_000_000:
            found += _characters(gone, come)
        elif kind == "equal":
            found.append(("same", gone))
        else:
            found += [(sort, text) for sort, text in (("removed", gone), ("added", come)) if text]
    return _joined(found)


def _characters(before: str, after: str) -> Iterator[tuple[str, str]]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield from (("removed", before), ("added", after))
        return
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield "same", before[a:b]
            continue
        if before[a:b]:
            yield "removed", before[a:b]
        if after[c:d]:
            yield "added", after[c:d]


def _joined(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbours of one sort are one."""
    joined: list[tuple[str, str]] = []
    for sort, text in pairs:
        if joined and joined[-1][0] == sort:
            joined[-1] = (sort, joined[-1][1] + text)
        else:
            joined.append((sort, text))
    return joined


def _compare_lists(
    part: str, key: str, old: Sequence[Any], new: Sequence[Any]
) -> Iterator[Difference]:
    kept = _LISTS[part]
    before, after = [_named(part, item) for item in old], [_named(part, item) for item in new]
    # What is left at its usual makes two items no more alike, and is not worth a word.
    said, says = [_said(item) for item in old], [_said(item) for item in new]
    pairs = _pair(kept, said, says)
    stayed = _in_order([there for _here, there in pairs]) if kept.ordered else set()
    partner = {there: here for here, there in pairs}
    gone = set(range(len(before))) - set(partner.values())
    for there, item in enumerate(after):
        if there not in partner:
            yield Difference(
                part, ADDED, kept.title(item), key, None, there + 1, _all(says[there], True)
            )
            continue
        here = partner[there]
        changes = tuple(
            Change(field, before[here][field], item[field])
            for field in item
            if before[here][field] != item[field]
        )
        moved = kept.ordered and there not in stayed
        if changes or moved:
            kind = CHANGED if changes else MOVED
            yield Difference(part, kind, kept.title(item), key, here + 1, there + 1, changes)
    for here in sorted(gone):
        item = before[here]
        yield Difference(
            part, REMOVED, kept.title(item), key, here + 1, None, _all(said[here], False)
        )


def _named(part: str, item: Any) -> Value:
    return form.STEP.full(item) if part == "checklists" else item


def _said(item: Any) -> Value:
    return {"text": item[0], "how": item[1]} if isinstance(item, list) else item


def _all(item: Value, is_new: bool) -> tuple[Change, ...]:
    return tuple(
        Change(field, None, value) if is_new else Change(field, value, None)
        for field, value in item.items()
    )


def _pair(kept: _List, before: list[Value], after: list[Value]) -> list[tuple[int, int]]:
    """Which item became which, as pairs of places in the order of the first list.

    The same first; then of those left the ones that are much alike.
    """
    pairs: list[tuple[int, int]] = []
    free: dict[Hashable, list[int]] = {}
    for there, item in enumerate(after):
        free.setdefault(kept.same(item), []).append(there)
    for here, item in enumerate(before):
        places = free.get(kept.same(item))
        if places:
            pairs.append((here, places.pop(0)))
    taken = {there for _here, there in pairs}
    found = {here for here, _there in pairs}
    # The most alike of all first, whichever list they stand in: backwards the same pairs are found.
    likes = sorted(
        (-likeness, abs(here - there), here + there, min(here, there), here, there)
        for here in set(range(len(before))) - found
        for there in set(range(len(after))) - taken
        if (likeness := _likeness(before[here], after[there])) >= _ALIKE
    )
    for *_order, here, there in likes:
        if here not in found and there not in taken:
            pairs.append((here, there))
            found.add(here)
            taken.add(there)
    return sorted(pairs)


def _likeness(one: Value, other: Value) -> float:
    """0 to 1: how much of what two items say is the same."""
    longest = 300
    # In one order: which of two texts comes first can change what difflib finds.
    here, there = sorted("\n".join(map(str, item.values()))[:longest] for item in (one, other))
    matcher = difflib.SequenceMatcher(None, here, there, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0


def _in_order(places: list[int]) -> set[int]:
    """The longest run of places that still ascend: who is not in it was moved."""
    tails: list[int] = []
    chains: list[tuple[int, ...]] = []
    for place in places:
        at = bisect_left(tails, place)
        chain = (*(chains[at - 1] if at else ()), place)
        if at == len(tails):
            tails.append(place)
            chains.append(chain)
        else:
            tails[at], chains[at] = place, chain
    return set(chains[-1]) if chains else set()
