"""Stretches of time as `(start, end)` pairs, half open: joined, cut from one another, measured."""

import datetime
from collections.abc import Iterable

Moment = datetime.datetime
Span = tuple[Moment, Moment]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible, in order; those that touch become one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The time of `spans` that is not in `others`."""
    left = joined(spans)
    cuts = joined(others)
    found: list[Span] = []
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


def within(spans: Iterable[Span], start: Moment, end: Moment) -> list[Span]:
    """The parts of the spans that lie in `[start, end)`."""
    cut = ((max(begins, start), min(ends, end)) for begins, ends in spans)
    return [span for span in cut if span[0] < span[1]]


def length(spans: Iterable[Span]) -> datetime.timedelta:
    """How long the spans are together; none may overlap another."""
    return sum((end - start for start, end in spans), datetime.timedelta())
