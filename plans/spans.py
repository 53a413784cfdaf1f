"""Spans of whole seconds since the epoch, half open, for the coverage proof.

Exact: nothing is sampled, every boundary is a boundary of the data. What spans of moments can do
as well is in `teams.spans`.
"""

import datetime
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from teams.spans import common, joined

Span = tuple[int, int]
Spans = list[Span]


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
    return common(joined(found), [whole])


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
