"""Looking through calendars for what is wrong in them: double bookings, leave, tired people, gaps.

Pure but for the models' vocabulary: everything that it judges is given. `teams.conflicts` reads it
from the database, compares before with after, and tells the news in words.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from teams import spans
from teams.compiling import Compiled
from teams.models import ContactPoint
from teams.rules import RosterRules

Moment = datetime.datetime


class Kind(models.TextChoices):
    DOUBLE_BOOKING = "double_booking", gettext_lazy("同时排了两处")
    ON_LEAVE = "on_leave", gettext_lazy("请假期间排了班")
    UNREACHABLE = "unreachable", gettext_lazy("联系不上")
    TOO_LITTLE_REST = "too_little_rest", gettext_lazy("休息不够")
    GAP = "gap", gettext_lazy("没有人值班")
    # Found by a higher room that asked to be asked, see `also_ask`.
    COVERAGE = "coverage", gettext_lazy("升级链叫不到足够的人")


class Calendar(NamedTuple):
    """One roster's calendar as it is or would be; `key` is the roster's."""

    key: int
    rules: RosterRules
    compiled: Compiled


class Work(NamedTuple):
    """A stretch of one person's work, in any roster (by its key)."""

    starts_at: Moment
    ends_at: Moment
    roster: int
    shift: tuple[str, datetime.date]
    rest: int
    is_proposed: bool


class Fact(NamedTuple):
    """A conflict before it is put into words; equal ones before and after are no news."""

    kind: Kind
    roster: int
    person: int | None
    other: int | None
    starts_at: Moment
    ends_at: Moment


def survey(
    calendars: Iterable[Calendar],
    elsewhere: dict[int, list[Work]],
    reach: dict[int, list[ContactPoint]],
    at: Moment,
    until: Moment,
) -> set[Fact]:
    """Everything that is wrong with these calendars between `at` and `until`.

    `elsewhere`: what their people serve in other rosters, by person; `reach`: ways to reach them.
    """
    facts: set[Fact] = set()
    work: dict[int, list[Work]] = defaultdict(list)
    for key, rules, compiled in calendars:
        facts |= _gaps(key, rules, compiled, at, until)
        for each in compiled.stretches:
            shift, rest = (each.shift, each.shift_on), rules.minimum_rest_hours
            work[each.person].append(Work(each.starts_at, each.ends_at, key, shift, rest, True))
    for person, stretches in work.items():
        facts |= _unreachable(person, stretches, reach.get(person, []))
        facts |= _crowded(person, sorted(stretches + elsewhere.get(person, [])))
    return facts


def _gaps(
    roster: int, rules: RosterRules, compiled: Compiled, at: Moment, until: Moment
) -> set[Fact]:
    """Places that leave empties, and time in which nobody is left at all."""
    kinds = {"leave": Kind.ON_LEAVE, "double": Kind.DOUBLE_BOOKING}
    facts = {
        Fact(kinds[gap.why], roster, gap.person, None, gap.starts_at, gap.ends_at)
        for gap in compiled.gaps
        if gap.why in kinds
    }
    wanted = [(gap.starts_at, gap.ends_at) for gap in compiled.gaps]
    if rules.round_the_clock and rules.is_active:
        wanted = [(at, until)]
    served = [(each.starts_at, each.ends_at) for each in compiled.stretches]
    empty = spans.without(wanted, served)
    return facts | {Fact(Kind.GAP, roster, None, None, *span) for span in empty}


def _crowded(person: int, work: list[Work]) -> set[Fact]:
    """Two posts at once, and too little time between two shifts. `work` in order."""
    facts = set()
    blocks: list[Work] = []
    for each in work:
        for other in blocks:
            is_news = each.is_proposed or other.is_proposed
            if is_news and other.ends_at > each.starts_at and other.roster != each.roster:
                mine, theirs = (each, other) if each.is_proposed else (other, each)
                ends_at = min(each.ends_at, other.ends_at)
                facts.add(
                    Fact(
                        *(Kind.DOUBLE_BOOKING, mine.roster, person, theirs.roster),
                        *(each.starts_at, ends_at),
                    )
                )
        blocks = [other for other in blocks if other.ends_at > each.starts_at] + [each]
    return facts | _tired(person, _shifts(work))


def _tired(person: int, shifts: list[Work]) -> set[Fact]:
    """Shifts that begin too soon after the one that ended last. `shifts` in order."""
    facts = set()
    ended: list[Work] = []
    for after in shifts:
        rests = [each for each in ended if each.ends_at <= after.starts_at]
        last = max((each.ends_at for each in rests), default=None)
        for before in rests:
            rest = datetime.timedelta(hours=max(before.rest, after.rest))
            is_news = before.is_proposed or after.is_proposed
            if is_news and before.ends_at == last and after.starts_at - last < rest:
                facts.add(
                    Fact(
                        *(Kind.TOO_LITTLE_REST, after.roster, person, None),
                        *(before.ends_at, after.starts_at),
                    )
                )
        ended = [each for each in ended if each not in rests or each.ends_at == last] + [after]
    return facts


def _shifts(work: list[Work]) -> list[Work]:
    """The same work with parts of one shift (somebody stood in for an hour) as one."""
    whole: list[Work] = []
    for each in work:
        last = whole[-1] if whole else None
        if last is not None and (last.roster, last.shift) == (each.roster, each.shift):
            whole[-1] = last._replace(ends_at=each.ends_at)
        else:
            whole.append(each)
    return whole


def _unreachable(person: int, work: list[Work], points: list[ContactPoint]) -> set[Fact]:
    """Duty of somebody whom, at some time of it, nothing but the product itself reaches."""
    if any(point.hours_from is None for point in points):
        return set()
    return {
        Fact(Kind.UNREACHABLE, each.roster, person, None, each.starts_at, each.ends_at)
        for each in work
        if not _covers(points, each.starts_at, each.ends_at)
    }


def _covers(points: list[ContactPoint], starts_at: Moment, ends_at: Moment) -> bool:
    """Is one of the points open at every moment of the span? Openness changes at their hours."""
    moments = [starts_at]
    day = timezone.localtime(starts_at).date()
    while day <= timezone.localtime(ends_at).date():
        moments += [
            timezone.make_aware(datetime.datetime.combine(day, hour))
            for point in points
            for hour in (point.hours_from, point.hours_to)
            if hour is not None
        ]
        day += datetime.timedelta(days=1)
    return all(
        any(point.is_open_at(moment) for point in points)
        for moment in moments
        if starts_at <= moment < ends_at
    )
