"""One roster's final calendar as a month or a week: who serves on each day and why, who is away,
where somebody is missing. The number of queries does not grow with days or people."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from teams.compiling import compile_calendar
from teams.gaps import Hole, holes_in, missed
from teams.inputs import every_inputs, world
from teams.models import Day, Duty, Layer, Leave, Person, Roster, StandIn
from teams.models.calendar import is_working
from teams.rules import RosterRules
from teams.selectors.duty import duties_between

Moment = datetime.datetime
_DAY = datetime.timedelta(days=1)
MONTH, WEEK = "month", "week"


@dataclass(frozen=True)
class Spell:
    """One person's stretch as it stands on one day; on later days of it `is_carried` over.

    `hours` says from when to when, seen from that day: 「20:00–次日 08:00」.
    """

    duty: Duty
    source: str
    why: str
    hours: str
    is_carried: bool
    is_past: bool
    is_running: bool


@dataclass(frozen=True)
class Missing:
    """A hole as it stands on one day."""

    hole: Hole
    words: str
    hours: str
    is_carried: bool
    is_past: bool


@dataclass
class Shown:
    """One day. `name` is what the holiday table says of it."""

    date: datetime.date
    is_today: bool
    is_past: bool
    rests: bool
    name: str
    spells: list[Spell] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    away: list[Leave] = field(default_factory=list)

    @property
    def weekday(self) -> int:
        """1 is Monday."""
        return self.date.isoweekday()

    @property
    def is_empty(self) -> bool:
        return not (self.spells or self.missing)


@dataclass(frozen=True)
class Sheet:
    """The days of a view, the roster's rules, and everybody who serves or could serve."""

    view: str
    first: datetime.date
    days: list[Shown]
    rules: RosterRules
    people: dict[int, Person]

    @property
    def last(self) -> datetime.date:
        return self.days[-1].date

    @property
    def before(self) -> datetime.date:
        """The first day of the view before this one."""
        return first_of(self.view, self.first - _DAY)

    @property
    def after(self) -> datetime.date:
        return self.last + _DAY

    @property
    def holes(self) -> int:
        """How many holes begin in these days and are not over."""
        return sum(
            not each.is_past and not each.is_carried for day in self.days for each in day.missing
        )


def first_of(view: str, date: datetime.date) -> datetime.date:
    """The day with which the view that shows `date` begins: the first, or a Monday."""
    if view == MONTH:
        return date.replace(day=1)
    return date - datetime.timedelta(days=date.weekday())


def sheet_of(
    roster: Roster, view: str, date: datetime.date, at: Moment, *, with_asked: bool = False
) -> Sheet:
    """The roster in the month or week in which `date` lies. What has begun by `at` is history and
    shown as it was. `with_asked`: leave that is not decided yet as well."""
    shared = world(at)
    first = first_of(view, date)
    last = first + 6 * _DAY
    if view == MONTH:
        last = first_of(MONTH, first + 31 * _DAY) - _DAY
    start, end = _midnight(first, shared.zone), _midnight(last + _DAY, shared.zone)
    duties = duties_between(start, end, roster=roster)
    layers = list(Layer.objects.filter(roster=roster).prefetch_related("members__person"))
    rules, inputs = every_inputs([roster], at, shared)[roster.pk]
    people = {
        member.person_id: member.person for layer in layers for member in layer.members.all()
    } | {duty.person_id: duty.person for duty in duties}
    holes: list[Hole] = []
    if at < end:
        ahead = compile_calendar(inputs, max(start, at), end)
        holes = holes_in(rules, ahead, max(start, at), end)
    if start < at and roster.round_the_clock:
        holes += _missed_before(roster, duties, start, min(at, end))
    people |= Person.objects.in_bulk({hole.person for hole in holes} - {None} - set(people))
    table = {day.date: day for day in Day.objects.filter(date__range=(first, last))}
    today = at.astimezone(shared.zone).date()
    days = {
        day: Shown(
            day,
            is_today=day == today,
            is_past=day < today,
            rests=not is_working(day, shared.days),
            name=table[day].name if day in table else "",
        )
        for day in (first + number * _DAY for number in range((last - first).days + 1))
    }
    why = _Why(roster, layers, duties, start, end)
    for duty in duties:
        source, words = why.of(duty)
        for day, hours, is_carried in _days_of(duty.starts_at, duty.ends_at, shared.zone, days):
            past, running = duty.ends_at <= at, duty.starts_at <= at < duty.ends_at
            days[day].spells.append(Spell(duty, source, words, hours, is_carried, past, running))
    for hole in holes:
        name = str(people[hole.person]) if hole.person in people else ""
        for day, hours, is_carried in _days_of(hole.starts_at, hole.ends_at, shared.zone, days):
            is_past = hole.ends_at <= at
            days[day].missing.append(Missing(hole, hole.words(name), hours, is_carried, is_past))
    for leave in _leaves(people, start, end, with_asked=with_asked):
        for day, _hours, _carried in _days_of(leave.starts_at, leave.ends_at, shared.zone, days):
            days[day].away.append(leave)
    for shown in days.values():
        # What began the day before stands first, then by the clock.
        shown.spells.sort(key=lambda spell: (spell.duty.starts_at, spell.duty.slot))
        shown.missing.sort(key=lambda each: each.hole.starts_at)
    return Sheet(view, first, list(days.values()), rules, people)


class _Why:
    """Tells where a duty comes from: rotation, fixed, holiday rota, stand-in, swap, replacement."""

    def __init__(
        self,
        roster: Roster,
        layers: Sequence[Layer],
        duties: Sequence[Duty],
        start: Moment,
        end: Moment,
    ) -> None:
        self._layers = {layer.name: layer for layer in layers}
        self._swaps: list[StandIn] = []
        if any(duty.source == Duty.Source.STAND_IN for duty in duties):
            self._swaps = list(
                StandIn.objects.filter(
                    roster=roster,
                    state=StandIn.State.APPROVED,
                    swap__isnull=False,
                    starts_at__lt=end,
                    ends_at__gt=start,
                )
            )

    def of(self, duty: Duty) -> tuple[str, str]:
        """The source as a word for the page's style, and in words for the person."""
        if duty.source == Duty.Source.REPLACEMENT:
            return "replacement", _("临时替换")
        if duty.source == Duty.Source.STAND_IN:
            facts = {"who": duty.instead_of}
            if any(
                half.stand_in_id == duty.person_id
                and half.starts_at < duty.ends_at
                and half.ends_at > duty.starts_at
                for half in self._swaps
            ):
                return "swap", _("和%(who)s换班") % facts
            return "stand_in", _("代%(who)s") % facts
        layer = self._layers.get(duty.shift)
        if layer is not None and layer.days == Layer.Days.HOLIDAY:
            return "holiday", _("节假日班")
        if layer is not None and layer.kind == Layer.Kind.FIXED:
            return "fixed", _("固定班")
        return "rotation", _("轮班")


def _missed_before(
    roster: Roster, duties: Sequence[Duty], start: Moment, end: Moment
) -> list[Hole]:
    """Past time in which nobody served, since somebody first did."""
    first = Duty.objects.filter(roster=roster).order_by("starts_at").first()
    if first is None:
        return []
    served = [(duty.starts_at, duty.ends_at) for duty in duties]
    return missed(served, max(start, first.starts_at), end)


def _leaves(people: Iterable[int], start: Moment, end: Moment, *, with_asked: bool) -> list[Leave]:
    states = [Leave.State.APPROVED] + ([Leave.State.ASKED] if with_asked else [])
    return list(
        Leave.objects.filter(
            person__in=people, state__in=states, starts_at__lt=end, ends_at__gt=start
        )
        .select_related("person")
        .order_by("starts_at", "pk")
    )


def _days_of(
    starts_at: Moment,
    ends_at: Moment,
    zone: datetime.tzinfo,
    days: dict[datetime.date, Shown],
) -> list[tuple[datetime.date, str, bool]]:
    """The shown days that a stretch touches: `(day, from when to when, began before that day)`."""
    begins, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    # A stretch that ends at midnight does not touch the day that begins then.
    last = (ends - datetime.timedelta(microseconds=1)).date()
    return [
        (day, _hours(begins, ends, day), day > begins.date())
        for day in days
        if begins.date() <= day <= last
    ]


def _hours(begins: Moment, ends: Moment, day: datetime.date) -> str:
    """From when to when, in the hospital's time and as one says it on that day."""
    clock = f"{ends:%H:%M}"
    if ends.date() == day:
        end = clock
    elif ends.date() == day + _DAY:
        end = "24:00" if clock == "00:00" else _("次日 %(clock)s") % {"clock": clock}
    else:
        end = f"{ends:%m-%d %H:%M}"
    if begins.date() == day:
        return f"{begins:%H:%M}–{end}"
    return _("接前一天，到 %(end)s") % {"end": end}


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> Moment:
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
