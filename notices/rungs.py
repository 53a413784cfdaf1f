"""The ladder of one incident as the page shows it: each rung, who was called, what is next."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident
from incidents.models.state import UNRESTORED
from journal.models import Entry
from notices import authority
from notices.models import Alert, Climb, Delivery, Step
from notices.workflow.climbing import CALLS
from plans.models import Rung
from teams.models import Person


@dataclass
class Called:
    """One person of a rung, and how far the call has come."""

    alert: Alert
    ways: list[Delivery] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.alert.acknowledged_at is not None:
            return "acknowledged"
        if self.alert.seen_at is not None:
            return "seen"
        return "spent" if self.alert.exhausted_at is not None else "called"

    @property
    def last(self) -> Delivery | None:
        """The way that got farthest: the newest that was sent, else the newest."""
        sent = [way for way in self.ways if way.sent_at is not None]
        return next(iter(reversed(sent or self.ways)), None)


@dataclass
class RungShown:
    """A rung of the ladder: taken, skipped, due next, or still waiting."""

    rung: Rung
    step: Step | None = None
    due_at: datetime.datetime | None = None
    people: list[Called] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.step is not None:
            return "skipped" if self.step.skipped else "taken"
        return "next" if self.due_at is not None else "waiting"

    @property
    def answered(self) -> int:
        return sum(one.alert.acknowledged_at is not None for one in self.people)

    @property
    def seen(self) -> int:
        return sum(one.alert.is_answered for one in self.people)


class Ladder:
    """Everything that the ladder's part of the page shows to one person."""

    def __init__(self, incident: Incident, person: Person) -> None:
        self.incident = incident
        self.person = person
        self.climbs = list(
            Climb.objects.filter(incident=incident)
            .select_related("paused_by", "ended_by")
            .order_by("-epoch")
        )
        self.climb = self.climbs[0] if self.climbs else None
        self.is_under_way = self.climb is not None and self.climb.state != Climb.State.ENDED
        self.may_steer = authority.may_steer(incident, person)
        self.may_note = authority.is_employee(incident, person)
        self.rungs = self._rungs()
        self.watch = self._watch()

    @property
    def earlier(self) -> list[Climb]:
        return self.climbs[1:]

    @property
    def may_answer(self) -> bool:
        """Is there something for this person to acknowledge?"""
        return self.is_under_way and self.may_note and (self.may_steer or self._was_called)

    @property
    def may_call_in(self) -> bool:
        return self.may_steer and self.incident.is_open

    @property
    def may_note_reached(self) -> bool:
        return self.is_under_way and self.may_note

    @property
    def _was_called(self) -> bool:
        return any(
            one.alert.person_id == self.person.pk for rung in self.rungs for one in rung.people
        )

    def _watch(self) -> Deadline | None:
        """While nobody is called: when the ladder begins again unless something is done."""
        if self.is_under_way or self.incident.state not in UNRESTORED:
            return None
        running = Deadline.objects.running().filter(
            incident=self.incident, kind=Deadline.Kind.PROGRESS
        )
        return running.filter(passed_at__isnull=True).order_by("due_at").first()

    def _rungs(self) -> list[RungShown]:
        if self.climb is None:
            return []
        rungs = Rung.objects.filter(plan=self.incident.plan_id, level=self.climb.level)
        shown = [
            RungShown(rung)
            for rung in rungs.select_related("group", "roster", "person").order_by("position")
        ]
        steps = {step.position: step for step in self._steps()}
        people = _people(step.entry_id for step in steps.values())
        for one in shown:
            one.step = steps.get(one.rung.position)
            if one.step is not None and one.step.entry_id is not None:
                one.people = people[one.step.entry_id]
        if self.climb.due_at is not None:
            ahead = (one for one in shown if one.rung.position >= self.climb.position)
            following = next((one for one in ahead if one.step is None), None)
            if following is not None:
                following.due_at = self.climb.due_at
        return shown

    def _steps(self) -> list[Step]:
        """Of the newest round; while its first rung has yet to come, of the one before."""
        assert self.climb is not None  # noqa: S101
        steps = list(self.climb.steps.order_by("round", "position"))
        newest = max((step.round for step in steps), default=self.climb.round)
        return [step for step in steps if step.round == newest]


def _people(entries: Any) -> dict[int, list[Called]]:
    alerts = list(
        Alert.objects.filter(entry__in=[entry for entry in entries if entry is not None])
        .select_related("person", "noted_by")
        .order_by("pk")
    )
    ways: dict[int, list[Delivery]] = defaultdict(list)
    taken = Delivery.objects.filter(alert__in=[alert.pk for alert in alerts])
    for one in taken.select_related("channel").order_by("pk"):
        if one.alert_id is not None:
            ways[one.alert_id].append(one)
    found: dict[int, list[Called]] = defaultdict(list)
    for alert in alerts:
        found[alert.entry_id].append(Called(alert, ways[alert.pk]))
    return found


def by_hand(incident: Incident) -> list[Called]:
    """People who were called by name, or answered without having been called, newest first."""
    events = [event for event in CALLS if event != "ladder.fire"]
    entries = Entry.objects.of(incident.stream).filter(event__in=events).order_by("-seq")[:10]
    people = _people([entry.pk for entry in entries])
    return [one for entry in entries for one in people[entry.pk]]


def said(called: Called) -> str:
    """How far the call has come, in words: by what and when (for the API)."""
    alert = called.alert
    if alert.acknowledged_at is not None:
        return _("已确认（%(how)s）") % {"how": alert.get_acknowledged_how_display()}
    if alert.seen_at is not None:
        return _("已看到")
    if alert.exhausted_at is not None:
        return _("各种方式都试过，没有回应")
    return _("还没有回应")
