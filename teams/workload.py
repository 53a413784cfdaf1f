"""Workload (值班负担): who served how much, at night, on days off, and how evenly it is shared.

Works on the final calendar, so it is exact for what was served and what is planned alike.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from teams import spans
from teams.inputs import holiday_table, hospital_zone
from teams.models import Duty, LayerMember, Person, ResponseGroup, Roster
from teams.models.calendar import is_working

Moment = datetime.datetime
# A night is 22:00–06:00; who serves half of one has had a night.
NIGHT_BEGINS, NIGHT_ENDS = datetime.time(22), datetime.time(6)
HALF_A_NIGHT = datetime.timedelta(hours=4)
_DAY = datetime.timedelta(days=1)
_HOUR = datetime.timedelta(hours=1)

Calls = Callable[[Moment, Moment], dict[int, int]]
_counting: list[Calls] = []


def count_calls_by(calls: Calls) -> None:
    """An app above says how often each person (by key) was called between two moments."""
    if calls not in _counting:
        _counting.append(calls)


@dataclass(frozen=True)
class Load:
    """One person's duty in a time: hours in all, of them on weekends and on public holidays."""

    person: int
    name: str
    shifts: int
    nights: int
    hours: float
    weekend_hours: float
    holiday_hours: float
    calls: int
    # Hours against the mean of all: 1 is an equal share.
    share: float


@dataclass(frozen=True)
class Workload:
    """Loads, the heaviest first, and how even they are.

    `spread`: hours between the most and the least; `nights_spread`, `off_spread`: the same for
    nights and for hours on weekends and holidays.
    """

    loads: list[Load]
    mean_hours: float
    spread: float
    nights_spread: int
    off_spread: float


def workload(
    start: Moment,
    end: Moment,
    *,
    roster: Roster | None = None,
    group: ResponseGroup | None = None,
) -> Workload:
    """How duty between two moments is shared among all who take turns or served. Four queries."""
    duties = Duty.objects.between(start, end)
    members = LayerMember.objects.filter(layer__roster__is_active=True)
    if roster is not None:
        duties, members = duties.filter(roster=roster), members.filter(layer__roster=roster)
    if group is not None:
        duties = duties.filter(roster__group=group)
        members = members.filter(layer__roster__group=group)
    served: dict[int, list[tuple[str, spans.Span]]] = defaultdict(list)
    for pk in members.values_list("person_id", flat=True):
        served[pk] = []
    rows = duties.values_list("person_id", "roster_id", "shift", "shift_on", "starts_at", "ends_at")
    for person, roster_pk, shift, shift_on, starts_at, ends_at in rows:
        # Parts of a shift that an exception cut are one shift.
        key = f"{roster_pk} {shift} {shift_on}"
        served[person].append((key, (max(starts_at, start), min(ends_at, end))))
    names = dict(Person.objects.filter(pk__in=served).values_list("pk", "name"))
    days, zone = holiday_table(), hospital_zone()
    calls: Counter[int] = Counter()
    for count in _counting:
        calls.update(count(start, end))
    tallies = {person: _Tally(pieces, days, zone) for person, pieces in served.items()}
    mean = sum(tally.hours for tally in tallies.values()) / len(tallies) if tallies else 0.0
    loads = [
        Load(
            person=person,
            name=names.get(person, ""),
            shifts=tally.shifts,
            nights=tally.nights,
            hours=tally.hours,
            weekend_hours=tally.weekend_hours,
            holiday_hours=tally.holiday_hours,
            calls=calls[person],
            share=tally.hours / mean if mean else 1.0,
        )
        for person, tally in tallies.items()
    ]
    return Workload(
        loads=sorted(loads, key=lambda load: (-load.hours, load.person)),
        mean_hours=mean,
        spread=_spread(load.hours for load in loads),
        nights_spread=int(_spread(load.nights for load in loads)),
        off_spread=_spread(load.weekend_hours + load.holiday_hours for load in loads),
    )


class _Tally:
    """One person's pieces of duty, measured. Posts held at once count once in hours."""

    def __init__(
        self,
        pieces: list[tuple[str, spans.Span]],
        days: dict[datetime.date, bool],
        zone: ZoneInfo,
    ) -> None:
        self.shifts = len({key for key, _span in pieces})
        time = spans.joined(span for _key, span in pieces)
        self.hours = spans.length(time) / _HOUR
        self.nights = 0
        self.weekend_hours = self.holiday_hours = 0.0
        for on in _dates(time, zone):
            day = (_moment(on, datetime.time(), zone), _moment(on + _DAY, datetime.time(), zone))
            night = (_moment(on, NIGHT_BEGINS, zone), _moment(on + _DAY, NIGHT_ENDS, zone))
            if spans.length(spans.within(time, *night)) >= HALF_A_NIGHT:
                self.nights += 1
            if is_working(on, days):
                continue
            hours = spans.length(spans.within(time, *day)) / _HOUR
            if days.get(on) is False:
                self.holiday_hours += hours
            else:
                self.weekend_hours += hours


def _dates(time: list[spans.Span], zone: ZoneInfo) -> list[datetime.date]:
    """Local dates that the spans touch, and the evenings before them: a night began there."""
    dates: set[datetime.date] = set()
    for start, end in time:
        on = start.astimezone(zone).date() - _DAY
        while on <= end.astimezone(zone).date():
            dates.add(on)
            on += _DAY
    return sorted(dates)


def _moment(on: datetime.date, time: datetime.time, zone: ZoneInfo) -> Moment:
    return datetime.datetime.combine(on, time, zone).astimezone(datetime.UTC)


def _spread(values: Iterable[float]) -> float:
    found = list(values)
    return max(found) - min(found) if found else 0.0
