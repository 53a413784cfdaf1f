"""Sets of instants as sorted, disjoint, half-open spans of whole seconds since the epoch.

Exact arithmetic for the coverage proof: nothing is sampled, every boundary is a boundary of the
data. All functions are pure and linear in the number of spans (sorting apart).
"""

import datetime
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

Span = tuple[int, int]
Spans = list[Span]


def union(spans: Iterable[Span]) -> Spans:
    """Disjoint spans, in order, that cover what any of `spans` covers; empty ones vanish."""
    joined: Spans = []
    for begins, ends in sorted(spans):
        if ends <= begins:
            continue
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined


def common(one: Spans, other: Spans) -> Spans:
    """What both cover. Both must be in order and disjoint."""
    found: Spans = []
    i = j = 0
    while i < len(one) and j < len(other):
        begins, ends = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if begins < ends:
            found.append((begins, ends))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


def without(spans: Spans, taken: Spans) -> Spans:
    """What `spans` covers and `taken` does not. Both must be in order and disjoint."""
    left: Spans = []
    j = 0
    for begins, ends in spans:
        while j < len(taken) and taken[j][1] <= begins:
            j += 1
        k = j
        while k < len(taken) and taken[k][0] < ends:
            if begins < taken[k][0]:
                left.append((begins, taken[k][0]))
            begins = taken[k][1]
            k += 1
        if begins < ends:
            left.append((begins, ends))
    return left


def daily(
    begins: datetime.time, ends: datetime.time, zone: ZoneInfo, start: int, end: int
) -> Spans:
    """The same hours of every local day between `start` and `end`; they may pass midnight.

    Equal times mean the whole day.
    """
    whole: Span = (start, end)
    day = datetime.datetime.fromtimestamp(start, zone).date() - datetime.timedelta(days=1)
    last = datetime.datetime.fromtimestamp(end, zone).date()
    found: Spans = []
    while day <= last:
        until = day if ends > begins else day + datetime.timedelta(days=1)
        found.append((_second(day, begins, zone), _second(until, ends, zone)))
        day += datetime.timedelta(days=1)
    return common(union(found), [whole])


def _second(day: datetime.date, time: datetime.time, zone: ZoneInfo) -> int:
    return int(datetime.datetime.combine(day, time, zone).timestamp())


def levels(
    spans: Iterable[tuple[int, int, int, int]], start: int, end: int
) -> Iterator[tuple[int, int, int, int]]:
    """Between `start` and `end`, pieces `(begins, ends, first, second)` in which two sums hold.

    Each of `spans` is `(begins, ends, first, second)`: what it adds to each sum while it lasts.
    Neighbouring pieces with the same sums are one.
    """
    changes: dict[int, list[int]] = {start: [0, 0], end: [0, 0]}
    for begins, ends, first, second in spans:
        for moment, sign in ((max(begins, start), 1), (min(ends, end), -1)):
            change = changes.setdefault(moment, [0, 0])
            change[0] += sign * first
            change[1] += sign * second
    first = second = 0
    piece: tuple[int, int, int, int] | None = None
    for moment, following in pairwise(sorted(changes)):
        first += changes[moment][0]
        second += changes[moment][1]
        if piece and piece[2:] == (first, second):
            piece = (piece[0], following, first, second)
        else:
            if piece:
                yield piece
            piece = (moment, following, first, second)
    if piece:
        yield piece
