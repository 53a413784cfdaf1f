"""The coverage proof as a table: a row for each rung, a cell for each day."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from plans.coverage import Demand, Gap
from plans.evidence import Proof

_HOUR = 3600


@dataclass(frozen=True)
class Cell:
    """One day of one rung; `hours` of it are not covered."""

    date: datetime.date
    hours: float

    @property
    def mood(self) -> str:
        """calm, soon (less than a quarter of the day is open) or now."""
        if not self.hours:
            return "calm"
        return "soon" if self.hours < 6 else "now"


@dataclass(frozen=True)
class Row:
    """One rung with its days and its counter-examples."""

    demand: Demand
    cells: Sequence[Cell]
    gaps: Sequence[Gap]


def days_of(proof: Proof) -> list[datetime.date]:
    """The local days that the proof looked at; the first and the last may be parts of days."""
    first = datetime.datetime.fromtimestamp(proof.start, proof.zone).date()
    last = datetime.datetime.fromtimestamp(proof.end - 1, proof.zone).date()
    return [first + datetime.timedelta(days=number) for number in range((last - first).days + 1)]


def rows_of(proof: Proof) -> list[Row]:
    """The table, in the order of the ladders."""
    days = days_of(proof)
    gaps: dict[int, list[Gap]] = defaultdict(list)
    for gap in proof.gaps:
        gaps[id(gap.demand)].append(gap)
    return [
        Row(demand, _cells(days, gaps[id(demand)], proof), gaps[id(demand)])
        for demand in proof.demands
    ]


def _cells(days: Sequence[datetime.date], gaps: Sequence[Gap], proof: Proof) -> list[Cell]:
    open_seconds: dict[datetime.date, int] = defaultdict(int)
    for gap in gaps:
        begins = gap.begins
        while begins < gap.ends:
            day = datetime.datetime.fromtimestamp(begins, proof.zone).date()
            midnight = datetime.datetime.combine(
                day + datetime.timedelta(days=1), datetime.time(), proof.zone
            )
            ends = min(gap.ends, int(midnight.timestamp()))
            open_seconds[day] += ends - begins
            begins = ends
    return [Cell(day, round(open_seconds[day] / _HOUR, 1)) for day in days]
