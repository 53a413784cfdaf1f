"""What the pages of groups show: who leads now and why, who would be next, and the days to come."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch

from teams.models import Leave, Membership, ResponseGroup, Roster
from teams.succession import Acting, Because, acting_between, serving_for_leadership

# So far ahead a change of who leads is told.
AHEAD = datetime.timedelta(days=14)
# Changes of who leads that are listed; nights alone make two a day.
LISTED = 12


@dataclass(frozen=True)
class Step:
    """One who may have to lead: in which order, whether they do now, until when they are away."""

    person: int
    name: str
    duty: str
    label: str
    leads: bool = False
    away_until: datetime.datetime | None = None
    is_next: bool = False


@dataclass(frozen=True)
class Shown:
    """A group with its people by part, its rosters in use, and who leads from now on."""

    group: ResponseGroup
    acting: Sequence[Acting]
    parts: dict[str, list[Membership]]
    rosters: list[Roster]
    steps: list[Step] = field(default_factory=list)

    @property
    def now(self) -> Acting:
        return self.acting[0]

    @property
    def coming(self) -> Sequence[Acting]:
        """Who leads afterwards, piece by piece."""
        return self.acting[1 : LISTED + 1]

    @property
    def nobody(self) -> bool:
        return self.now.because is Because.NOBODY

    @property
    def stays(self) -> bool:
        """The one who leads now does so as far ahead as is looked."""
        return len(self.acting) == 1


def shown_groups(at: datetime.datetime, pk: int | None = None) -> list[Shown]:
    """Every group (or one), those in use first. Seven queries, whatever their number."""
    groups = ResponseGroup.objects.prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.select_related("person").filter(person__is_active=True),
        ),
        Prefetch("rosters", Roster.objects.filter(is_active=True)),
    ).order_by("-is_active", "pk")
    if pk is not None:
        groups = groups.filter(pk=pk)
    acting = acting_between(list(groups), at, at + AHEAD)
    return [
        Shown(group, acting[group.pk], _by_part(group), list(group.rosters.all()))
        for group in groups
    ]


def shown_group(pk: int, at: datetime.datetime) -> Shown:
    """One group with the steps of its succession. Raises ResponseGroup.DoesNotExist."""
    found = shown_groups(at, pk)
    if not found:
        raise ResponseGroup.DoesNotExist
    shown = found[0]
    shown.steps.extend(_steps(shown, at))
    return shown


def _by_part(group: ResponseGroup) -> dict[str, list[Membership]]:
    parts: dict[str, list[Membership]] = {part: [] for part in Membership.Part.values}
    for membership in group.memberships.all():
        parts[membership.part].append(membership)
    return parts


def _steps(shown: Shown, at: datetime.datetime) -> list[Step]:
    """The order of who leads: at night the duty of leadership before the head, else behind all."""
    order = [*shown.parts[Membership.Part.HEAD], *shown.parts[Membership.Part.DEPUTY]]
    leaves = Leave.objects.filter(
        person__in=[each.person_id for each in order],
        state=Leave.State.APPROVED,
        starts_at__lte=at,
        ends_at__gt=at,
    )
    away: dict[int, datetime.datetime] = {}
    for leave in leaves:
        away[leave.person_id] = max(leave.ends_at, away.get(leave.person_id, leave.ends_at))
    steps = [
        Step(
            each.person_id,
            str(each.person),
            each.person.duty,
            str(each.get_part_display()),
            away_until=away.get(each.person_id),
        )
        for each in order
    ]
    for duty, goes_first in serving_for_leadership(shown.group, at):
        step = Step(duty.person_id, str(duty.person), duty.person.duty, str(duty.roster))
        # Who serves may be a deputy as well: they stand where they are reached first.
        if goes_first:
            steps = [step, *(each for each in steps if each.person != step.person)]
        elif all(each.person != step.person for each in steps):
            steps = [*steps, step]
    return _marked(steps, shown.now)


def _marked(steps: list[Step], now: Acting) -> list[Step]:
    """The steps with the one who leads, and the one who would if they could not."""
    leads = next(
        (
            place
            for place, step in enumerate(steps)
            if step.person == now.person and not step.away_until
        ),
        None,
    )
    marked = []
    has_next = leads is None
    for place, step in enumerate(steps):
        is_next = (
            not has_next
            and leads is not None
            and place != leads
            and step.person != now.person
            and step.away_until is None
        )
        has_next = has_next or is_next
        marked.append(replace(step, leads=place == leads, is_next=is_next))
    return marked
