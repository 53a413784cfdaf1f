"""What was counted, named and drawn: plain values for the templates, in the charts' own units."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from plans.models import FaultType, Grade
from reviews.figures.counting import Group, Held, Measured
from reviews.figures.whole import Figures
from teams.models import Department, ResponseGroup, Service

# A bar's drawing is so wide; it scales with its cell.
BAR = 200
# The drawing of the months: a plot between margins.
WIDE, HIGH, LEFT, BOTTOM, TOP = 720, 220, 64, 28, 12
# Steps of the heat map's shades, beside «none».
SHADES = 5


def words_of(seconds: int | None) -> str:
    """A length in words, exact to the second below an hour, to the minute above: 3 分 20 秒."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(seconds, 60)
    hours, left = divmod(minutes, 60)
    days, of_day = divmod(hours, 24)
    if days:
        parts = [_("%d 天") % days, of_day and _("%d 小时") % of_day]
    elif hours:
        parts = [_("%d 小时") % hours, left and _("%d 分") % left]
    else:
        parts = [minutes and _("%d 分") % minutes, rest and _("%d 秒") % rest]
    return " ".join(part for part in parts if part) or _("0 秒")


def percent_of(share: float | None) -> str:
    """A share in whole percent; never 100 % where something was late, never 0 % where not all."""
    if share is None:
        return "—"
    if 0 < share < 1:
        return f"{min(99, max(1, round(share * 100)))}%"
    return f"{round(share * 100)}%"


@dataclass(frozen=True)
class Row:
    """A line of a table of times: its name, and the step as drawn, in units of BAR."""

    name: str
    count: int
    measured: Measured
    median_at: float
    p80_at: float
    p95_at: float

    @property
    def median(self) -> str:
        return words_of(self.measured.median)

    @property
    def p80(self) -> str:
        return _("不足 5 起") if self.measured.is_few else words_of(self.measured.p80)

    @property
    def p95(self) -> str:
        return _("不足 5 起") if self.measured.is_few else words_of(self.measured.p95)

    @property
    def share(self) -> str:
        return percent_of(self.measured.share)

    @property
    def beyond(self) -> float:
        """From the median to the 95 %, where the bar goes on thinner."""
        return round(self.p95_at - self.median_at, 1)

    @property
    def share_at(self) -> float:
        return round((self.measured.share or 0) * BAR, 1)


def rows(groups: list[tuple[str, int, Measured]]) -> list[Row]:
    """Lines of one table; the longest time that is drawn fills the bar."""
    longest = max(
        (m.median or 0 if m.is_few else m.p95 or 0 for _name, _count, m in groups), default=0
    )
    scale = BAR / longest if longest else 0.0

    def at(seconds: int | None) -> float:
        return round((seconds or 0) * scale, 1)

    return [
        Row(
            name,
            count,
            m,
            at(m.median),
            at(m.median if m.is_few else m.p80),
            at(m.median if m.is_few else m.p95),
        )
        for name, count, m in groups
    ]


@dataclass(frozen=True)
class Promised:
    """A fault type's promises beside what came true, as drawn, in units of BAR."""

    name: str
    held: Held
    promised_at: float
    took_at: float

    @property
    def promised(self) -> str:
        return words_of(self.held.promised)

    @property
    def took(self) -> str:
        return words_of(self.held.took)

    @property
    def late(self) -> str:
        """«晚 12 分», «早 5 分», as most of them were."""
        if self.held.late == 0:
            return _("正好")
        words = _("晚 %(length)s") if self.held.late > 0 else _("早 %(length)s")
        return words % {"length": words_of(abs(self.held.late))}

    @property
    def share(self) -> str:
        return percent_of(self.held.true / self.held.count)


def promised(lines: list[Held], types: dict[str, Any]) -> list[Promised]:
    """Lines of the table of promises; the longest time of all fills the bar."""
    longest = max((max(line.promised, line.took) for line in lines), default=0)
    scale = BAR / longest if longest > 0 else 0.0
    return [
        Promised(
            str(types.get(line.fault_type, _("尚未确认"))),
            line,
            round(max(0, line.promised) * scale, 1),
            round(line.took * scale, 1),
        )
        for line in lines
    ]


@dataclass(frozen=True)
class Point:
    """A month in the drawing: where it stands, its times there, and how many incidents it had."""

    name: str
    label: str
    x: float
    median_y: float | None
    p80_y: float | None
    bar_x: float
    count_height: float
    row: Row

    @property
    def bar_y(self) -> float:
        return round(HIGH - BOTTOM - self.count_height, 1)


@dataclass(frozen=True)
class Trend:
    """The months side by side. `paths` holds the SVG paths of the median and the 80 % line."""

    points: list[Point]
    median_path: str
    p80_path: str
    ticks: list[tuple[float, str]]
    bar_width: float


def trend(step: str, months: list[Group]) -> Trend:
    """Every month between the first and the last, also those in which nothing happened."""
    known = {group.key: group for group in months}
    filled = [
        (month, known[month].count, known[month].measured[step])
        if month in known
        else (month, 0, Measured(step, 0, None, None, None, 0, 0))
        for month in _every_month(list(known))
    ]
    lines = rows([(f"{month:%Y-%m}", count, m) for month, count, m in filled])
    most = max((line.count for line in lines), default=0)
    longest = max((m.median or 0 if m.is_few else m.p80 or 0 for _m, _c, m in filled), default=0)
    top, tick = _rounded(longest)
    plot = HIGH - BOTTOM - TOP
    space = (WIDE - LEFT) / max(1, len(lines))
    bar_width = round(min(space * 0.6, 28), 1)

    def y(seconds: int | None) -> float | None:
        return None if seconds is None else round(HIGH - BOTTOM - seconds / top * plot, 1)

    every = max(1, -(-len(lines) // 12))
    points = [
        Point(
            name=line.name,
            label=f"{month:%y-%m}" if index % every == 0 else "",
            x=round(LEFT + space * (index + 0.5), 1),
            median_y=y(m.median),
            p80_y=y(None if m.is_few else m.p80),
            bar_x=round(LEFT + space * (index + 0.5) - bar_width / 2, 1),
            count_height=round(line.count / most * plot * 0.35, 1) if most else 0.0,
            row=line,
        )
        for index, ((month, _count, m), line) in enumerate(zip(filled, lines, strict=True))
    ]
    return Trend(
        points,
        _path([(point.x, point.median_y) for point in points]),
        _path([(point.x, point.p80_y) for point in points]),
        [(y(at) or 0.0, words_of(at)) for at in range(tick, top + 1, tick)],
        bar_width,
    )


def _every_month(months: list[datetime.date]) -> list[datetime.date]:
    if not months:
        return []
    found, month, last = [], min(months), max(months)
    while month <= last:
        found.append(month)
        month = (month + datetime.timedelta(days=31)).replace(day=1)
    return found


# Heights of the scale that a person reads easily, in seconds: 1, 2, 5 … minutes, then hours, days.
_EASY = [60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800]


def _rounded(longest: int) -> tuple[int, int]:
    """The scale's upper end and the distance of its ticks, of which there are at most four."""
    tick = next((tick for tick in _EASY if tick * 4 >= longest), 0)
    if not tick:
        tick = -(-longest // (4 * 604800)) * 604800
    return max(tick, -(-longest // tick) * tick), tick


def _path(points: list[tuple[float, float | None]]) -> str:
    """An SVG path through the points; a month without a time leaves a gap."""
    parts, is_down = [], False
    for x, y in points:
        if y is not None:
            parts.append(f"{'L' if is_down else 'M'}{x} {y}")
        is_down = y is not None
    return "".join(parts)


@dataclass(frozen=True)
class Cell:
    """An hour of a weekday: how many were reported, and its shade, 0 for none."""

    hour: int
    count: int
    shade: int


def heat_map(heat: dict[tuple[int, int], int]) -> list[tuple[str, list[Cell], int]]:
    """Seven lines of 24 cells with the line's sum, Monday first."""
    most = max(heat.values(), default=0)
    lines = []
    for weekday in range(1, 8):
        cells = []
        for hour in range(24):
            count = heat.get((weekday, hour), 0)
            cells.append(Cell(hour, count, -(-count * SHADES // most) if most else 0))
        name = str(WEEKDAYS[weekday - 1])
        lines.append((name, cells, sum(cell.count for cell in cells)))
    return lines


def named(found: Figures) -> dict[str, Any]:
    """Everything of a page of figures under the names of people's words. Three queries."""
    step = found.asked.step
    departments = dict(Department.objects.values_list("pk", "name"))
    groups = dict(ResponseGroup.objects.values_list("pk", "name"))
    services = dict(Service.objects.values_list("pk", "name"))
    levels = {level: Grade(level=level).numeral for level in (1, 2, 3, 4)}
    types = dict(FaultType.choices)
    hours = {True: _("上班时间"), False: _("夜间和休息日")}

    months = trend(step, found.by["month"])

    def table(of: list[Group], names: Any, otherwise: str = "") -> list[Row]:
        return rows([(str(names.get(g.key, otherwise)), g.count, g.measured[step]) for g in of])

    return {
        "whole": rows([(m.label, m.done, m) for m in found.whole.measured.values()]),
        "by_level": table(found.by["level"], levels, _("尚未定级")),
        "by_type": table(found.by["fault_type"], types, _("尚未确认")),
        "by_hours": table(found.by["hours"], hours),
        "by_department": table(found.departments, departments, "—"),
        "trend": months,
        "trend_rows": [point.row for point in months.points],
        "heat": heat_map(found.heat),
        "promises": promised(found.promises, types),
        "repeats": [
            {
                "type": str(types[repeat.fault_type]),
                "service": services.get(repeat.service, "—"),
                "times": repeat.times,
                "last": repeat.last,
            }
            for repeat in found.repeats
        ],
        "orders": [
            {
                "who": (departments if one.department else groups).get(
                    one.department or one.group or 0, "—"
                ),
                "count": one.count,
                "read_back": words_of(one.read_back_median),
                "read_back_slow": words_of(one.read_back_p95),
                "share": percent_of(one.share),
                "kept": one.kept,
                "judged": one.judged,
                "refused": one.refused,
            }
            for one in found.orders
        ],
        "actions": [
            {"department": departments.get(one.department, "—"), "is": one} for one in found.actions
        ],
    }
