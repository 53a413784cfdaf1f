"""What the coverage proof stands on: rungs, rosters, leave and contact points, read once.

The number of queries is fixed, whatever the number of people, groups and rungs.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from plans import coverage
from plans.coverage import Candidate, Demand, Gap, Point
from plans.models import PlanVersion, Rung
from plans.spans import Span, Spans
from teams.compiling import Stretch
from teams.inputs import hospital_zone
from teams.models import ContactPoint, Duty, Leave, Membership, Person, Role
from teams.spans import joined, within
from teams.succession import Leadership, acting_between

DAYS = 30
# A calendar that is only tried: what each roster's would be, by the roster's key.
Tried = Mapping[int, Sequence[Stretch]]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Proof:
    """What was asked, and the counter-examples; none means that it is proved.

    `unasked` are rungs that reach whoever reported: nobody knows today who that will be.
    """

    demands: Sequence[Demand]
    gaps: Sequence[Gap]
    unasked: Sequence[Rung]
    start: int
    end: int
    zone: ZoneInfo

    @property
    def holds(self) -> bool:
        return not self.gaps


def prove(
    plan: PlanVersion,
    *,
    at: datetime.datetime,
    days: int = DAYS,
    tried: Tried | None = None,
    leadership: Leadership | None = None,
    only: Callable[[Rung], bool] | None = None,
) -> Proof:
    """Prove that every rung of the plan reaches enough people from `at` on for so many days.

    With `tried`, as if these rosters' calendars were already so, and with `leadership` duty for the
    leadership; with `only`, of the rungs of which it says yes.
    """
    rungs = plan.rungs.select_related("group", "person", "roster").order_by("level", "position")
    wanted = [rung for rung in rungs if only is None or only(rung)]
    asked = [rung for rung in wanted if rung.to != Rung.To.REPORTER]
    ground = _Ground(asked, at, at + datetime.timedelta(days=days), tried or {}, leadership)
    demands = [
        Demand(
            level=rung.level,
            position=rung.position,
            target=rung.target,
            presence=ground.presence(rung),
            channels=tuple(rung.channels),
            needed=rung.acknowledgers,
        )
        for rung in asked
    ]
    zone = hospital_zone()
    start, end = ground.whole
    gaps = coverage.prove(demands, ground.candidates(), start=start, end=end, at=at, zone=zone)
    return Proof(
        demands,
        gaps,
        [rung for rung in wanted if rung.to == Rung.To.REPORTER],
        start,
        end,
        zone,
    )


class _Ground:
    """Whom each target names and when, in whole seconds; one reading for all rungs."""

    def __init__(
        self,
        rungs: Sequence[Rung],
        at: datetime.datetime,
        until: datetime.datetime,
        tried: Tried,
        leadership: Leadership | None,
    ) -> None:
        self._at, self._until = at, until
        self.whole = (_second(at), _second(until))
        self._presence: dict[tuple[object, ...], dict[int, Spans]] = {}
        self._people = {
            person.pk: person
            for person in Person.objects.filter(is_active=True)
            if Role.AUDITOR not in person.roles
        }
        groups = {rung.group for rung in rungs if rung.group is not None}
        self._members: dict[int, list[Membership]] = _by(
            Membership.objects.filter(group__in=groups), lambda each: each.group_id
        )
        self._acting = acting_between(
            [
                rung.group
                for rung in rungs
                if rung.group is not None and rung.part == Rung.Part.ACTING_HEAD
            ],
            at,
            until,
            tried=leadership,
        )
        self._duties: dict[int, dict[int, list[Span]]] = {}
        rosters = {rung.roster_id for rung in rungs if rung.roster_id is not None}
        for roster, stretches in tried.items():
            self._duties[roster] = _spans_by_person(
                (each.person, each.starts_at, each.ends_at) for each in stretches
            )
        standing = (
            Duty.objects.between(at, until)
            .filter(roster__in=rosters - set(tried))
            .values_list("roster", "person", "starts_at", "ends_at")
        )
        for roster, rows in _by(standing, lambda row: row[0]).items():
            self._duties[roster] = _spans_by_person(row[1:] for row in rows)

    def presence(self, rung: Rung) -> dict[int, Spans]:
        """`{person: spans}` of whom the rung's target names; the same object for equal targets."""
        key = (rung.to, rung.role, rung.group_id, rung.part, rung.roster_id, rung.person_id)
        if key not in self._presence:
            named = self._named(rung)
            self._presence[key] = {
                pk: within(joined(spans), *self.whole)
                for pk, spans in named.items()
                if pk in self._people
            }
        return self._presence[key]

    def _named(self, rung: Rung) -> Mapping[int, list[Span]]:
        if rung.to == Rung.To.ROLE:
            people = (pk for pk, person in self._people.items() if rung.role in person.roles)
            return {pk: [self.whole] for pk in people}
        if rung.to == Rung.To.ROSTER:
            return self._duties.get(rung.roster_id or 0, {})
        if rung.to == Rung.To.PERSON:
            return {rung.person_id or 0: [self.whole]}
        if rung.part == Rung.Part.ACTING_HEAD:
            return _spans_by_person(
                (piece.person, piece.starts_at, piece.ends_at)
                for piece in self._acting[rung.group_id or 0]
                if piece.person is not None
            )
        return {
            each.person_id: [self.whole]
            for each in self._members.get(rung.group_id or 0, ())
            if rung.part in (Rung.Part.ANYONE, each.part)
        }

    def candidates(self) -> dict[int, Candidate]:
        """Everybody whom some rung names, with their contact points and leave."""
        named = {pk for presence in self._presence.values() for pk in presence}
        points = _by(
            ContactPoint.objects.in_use().filter(person__in=named), lambda each: each.person_id
        )
        leaves = _by(
            Leave.objects.filter(
                person__in=named,
                state=Leave.State.APPROVED,
                starts_at__lt=self._until,
                ends_at__gt=self._at,
            ),
            lambda each: each.person_id,
        )
        return {
            pk: Candidate(
                pk,
                str(self._people[pk]),
                [
                    Point(
                        point.kind,
                        point.is_off_network,
                        point.last_ok_at,
                        point.hours_from,
                        point.hours_to,
                    )
                    for point in points.get(pk, ())
                ],
                [
                    (_second(leave.starts_at), _second(leave.ends_at))
                    for leave in leaves.get(pk, ())
                ],
            )
            for pk in named
        }


def _spans_by_person(
    rows: Iterable[tuple[int, datetime.datetime, datetime.datetime]],
) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for person, starts_at, ends_at in rows:
        found[person].append((_second(starts_at), _second(ends_at)))
    return found


def _by(rows: Iterable[Row], key: Callable[[Row], int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _second(moment: datetime.datetime) -> int:
    return int(moment.timestamp())
