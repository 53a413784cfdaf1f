"""The course of the incident as a drawing: a lane for each step, one scale of time for all.

In shades of one colour, so that a black and white copy says the same.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reviews.paper.words import Clock

# In points: the text block of the standard is 156 mm wide.
_WIDE, _LEFT, _RIGHT = 442, 112, 90
_PLOT = _WIDE - _LEFT - _RIGHT
_ROW, _BAR, _TOP = 21, 11, 22
_FONT = "Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
# Steps of the scale in minutes, and the most marks that fit beside each other.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)
_MARKS = 5
# What goes on after the service works again may take days and does not stretch the scale.
_AFTERWARDS = "现场清理"
_LABEL = 10


@dataclass(frozen=True)
class Drawing:
    """The drawing as SVG, and what it shows in words for who cannot see it."""

    svg: str
    description: str


@dataclass(frozen=True)
class _Lane:
    label: str
    begin: datetime.datetime
    end: datetime.datetime | None
    due: datetime.datetime | None
    # On the incident's own clock: a drill's is faster, and stands in a pause.
    minutes: int | None

    @property
    def is_late(self) -> bool:
        return self.due is not None and (self.end is None or self.end > self.due)

    @property
    def words(self) -> str:
        """How long it took, and that it was late."""
        if self.minutes is None:
            return "未结束"
        return _length(self.minutes) + ("，超时" if self.is_late else "")


def draw(lanes: list[dict[str, Any]], clock: Clock) -> Drawing | None:
    """The lanes of the report's content as a drawing; None where there is nothing to draw."""
    read = [
        _Lane(
            lane["label"],
            begin,
            clock.read(lane["to_at"]),
            clock.read(lane["due_at"]),
            lane["minutes"],
        )
        for lane in lanes
        if (begin := clock.read(lane["from_at"])) is not None
    ]
    if not read:
        return None
    scale = _Scale.of(read)
    high = _TOP + _ROW * len(read) + 4
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}"'
        f' font-family="{_FONT}" font-size="9.5" fill="currentColor">',
        *scale.marks(high),
    ]
    for place, lane in enumerate(read):
        parts += _drawn(lane, scale, _TOP + _ROW * place)
    parts.append("</svg>")
    return Drawing("".join(parts), "；".join(f"{lane.label}{lane.words}" for lane in read))


@dataclass(frozen=True)
class _Scale:
    begin: datetime.datetime
    end: datetime.datetime
    # Whether marks name the day.
    is_long: bool

    @classmethod
    def of(cls, lanes: list[_Lane]) -> "_Scale":
        counted = [lane for lane in lanes if lane.label != _AFTERWARDS] or lanes
        begin = min(lane.begin for lane in counted)
        end = max(lane.end or lane.begin for lane in counted)
        end = max(end, begin + datetime.timedelta(minutes=1))
        return cls(begin, end, end - begin > datetime.timedelta(hours=20))

    def at(self, moment: datetime.datetime) -> float:
        """Where a moment stands, within the plot."""
        share = (moment - self.begin) / (self.end - self.begin)
        return round(_LEFT + _PLOT * min(1.0, max(0.0, share)), 1)

    def marks(self, high: int) -> Iterator[str]:
        """Lines at round times of the day with their names above."""
        minutes = (self.end - self.begin) / datetime.timedelta(minutes=1)
        step = next((one for one in _STEPS if minutes / one <= _MARKS), _STEPS[-1])
        midnight = self.begin.replace(hour=0, minute=0, second=0, microsecond=0)
        past = (self.begin - midnight) // datetime.timedelta(minutes=1)
        moment = midnight + datetime.timedelta(minutes=-(-past // step) * step)
        while moment <= self.end:
            if moment >= self.begin:
                x = self.at(moment)
                name = f"{moment:%m-%d %H:%M}" if self.is_long else f"{moment:%H:%M}"
                yield (
                    f'<line x1="{x}" x2="{x}" y1="{_TOP - 4}" y2="{high - 4}"'
                    ' stroke="currentColor" stroke-opacity="0.25" stroke-width="0.5"/>'
                    f'<text x="{x}" y="{_TOP - 9}" text-anchor="middle" font-size="8.5">'
                    f"{name}</text>"
                )
            moment += datetime.timedelta(minutes=step)


def _drawn(lane: _Lane, scale: _Scale, top: int) -> Iterator[str]:
    label = lane.label if len(lane.label) <= _LABEL else lane.label[: _LABEL - 1] + "…"
    base = top + _ROW / 2 + 3.5
    begin = scale.at(lane.begin)
    end = scale.at(lane.end or scale.end)
    shade = 0.8 if lane.is_late else 0.4
    yield f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end">{escape(label)}</text>'
    yield (
        f'<rect x="{begin}" y="{top + (_ROW - _BAR) / 2}" width="{max(1.5, round(end - begin, 1))}"'
        f' height="{_BAR}" fill-opacity="{shade}"/>'
    )
    if lane.due is not None and scale.begin <= lane.due <= scale.end:
        x = scale.at(lane.due)
        yield (
            f'<line x1="{x}" x2="{x}" y1="{top + 2}" y2="{top + _ROW - 2}" stroke="currentColor"'
            ' stroke-width="1.2" stroke-dasharray="3 2"/>'
        )
    yield f'<text x="{_LEFT + _PLOT + 8}" y="{base}">{lane.words}</text>'


def _length(minutes: int) -> str:
    """Days and hours, hours and minutes, minutes."""
    hours, rest = divmod(minutes, 60)
    days, of_day = divmod(hours, 24)
    if days:
        return f"{days}天" + (f"{of_day}时" if of_day else "")
    if hours:
        return f"{hours}时" + (f"{rest}分" if rest else "")
    return f"{rest}分"
