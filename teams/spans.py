"""Stretches of time as `(start, end)` pairs, half open: joined, cut from one another, measured.

Both ends are moments, or both are seconds since the epoch.
"""

import datetime
from collections.abc import Iterable
from typing import TypeVar

Moment = datetime.datetime
Span = tuple[Moment, Moment]
At = TypeVar("At", datetime.datetime, int)


def joined(spans: Iterable[tuple[At, At]]) -> list[tuple[At, At]]:
    """The same time in as few spans as possible, in order; those that touch become one."""
    found: list[tuple[At, At]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def common(spans: Iterable[tuple[At, At]], others: Iterable[tuple[At, At]]) -> list[tuple[At, At]]:
    """The time that is in both."""
    left, right = joined(spans), joined(others)
    found: list[tuple[At, At]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            found.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def without(spans: Iterable[tuple[At, At]], others: Iterable[tuple[At, At]]) -> list[tuple[At, At]]:
    """The time of `spans` that is not in `others`."""
    left = joined(spans)
    cuts = joined(others)
    found: list[tuple[At, At]] = []
    place = 0
    for start, end in left:
        while place < len(cuts) and cuts[place][1] <= start:
            place += 1
        number = place
        while number < len(cuts) and cuts[number][0] < end:
            if cuts[number][0] > start:
                found.append((start, cuts[number][0]))
            start = max(start, cuts[number][1])
            number += 1
        if start < end:
            found.append((start, end))
    return found


def within(spans: Iterable[tuple[At, At]], start: At, end: At) -> list[tuple[At, At]]:
    """The parts of the spans that lie in `[start, end)`."""
    cut = ((max(begins, start), min(ends, end)) for begins, ends in spans)
    return [span for span in cut if span[0] < span[1]]


def length(spans: Iterable[Span]) -> datetime.timedelta:
    """How long the spans are together; none may overlap another."""
    return sum((end - start for start, end in spans), datetime.timedelta())
