"""Ladders for tests: a plan with the rungs that a test needs, and time that passes."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from incidents.models import Deadline, Incident
from journal.relay import relay
from notices import workflow
from notices.models import Alert, Climb, Step
from plans.models import PlanVersion, Rung
from teams.models import ContactPoint, Person
from tests import make


def ladder(*rungs: dict[str, Any], level: int = 2, repeat: int | None = None) -> None:
    """Give the plan in force this ladder for the grade, straight into its rows."""
    make.hospital()
    plan = PlanVersion.objects.in_force()
    Step.objects.all().delete()
    Rung.objects.filter(plan=plan, level=level).delete()
    plan.grades.filter(level=level).update(repeat_minutes=repeat)
    for position, facts in enumerate(rungs, start=1):
        Rung.objects.create(plan=plan, level=level, position=position, **facts)


def to(who: Person, after: int = 3, **facts: Any) -> dict[str, Any]:
    return {"to": "person", "person": who, "after_minutes": after} | facts


def call_all_of_it() -> None:
    """A ladder with one rung for the provisional grade: all of IT, each in their own ways."""
    ladder({"to": "role", "role": "it", "after_minutes": 0})


def in_product(person: Person) -> Person:
    """Somebody whom alerts in the product reach."""
    ContactPoint.objects.get_or_create(person=person, kind=ContactPoint.Kind.IN_APP, address="")
    return person


def reported(**facts: Any) -> Incident:
    """An incident whose report has been relayed: the ladder is being climbed."""
    incident = make.report(**facts)
    relay()
    return Incident.objects.get(pk=incident.pk)


def climb_of(incident: Incident) -> Climb:
    return Climb.objects.filter(incident=incident).latest("epoch")


def wait(incident: Incident, minutes: float) -> int:
    """Let so much time pass for the incident's ladder and clocks, and let the engine look."""
    shift = timedelta(minutes=minutes)
    for climb in Climb.objects.filter(incident=incident):
        for name in ("due_at", "started_at", "paused_at", "paused_until", "exhausted_at"):
            if getattr(climb, name) is not None:
                setattr(climb, name, getattr(climb, name) - shift)
        climb.save()
    for deadline in Deadline.objects.running().filter(incident=incident):
        deadline.armed_at -= shift
        deadline.due_at -= shift
        deadline.save()
    return workflow.climb()


def steps(incident: Incident) -> list[tuple[int, str]]:
    """Position, and why it was skipped, of each rung that was looked at, in order."""
    rows = Step.objects.filter(climb__incident=incident).order_by("pk")
    return [(step.position, step.skipped) for step in rows]


def called(incident: Incident) -> list[str]:
    """Names of those who were called by rungs, in the order of the calls."""
    relay()
    rows = Alert.objects.filter(incident=incident, entry__event="ladder.fire").order_by("pk")
    return list(rows.values_list("person__name", flat=True))


def answer(incident: Incident, who: Person) -> None:
    """The person acknowledges their newest call."""
    alert = Alert.objects.filter(incident=incident, person=who, calls=True).latest("pk")
    workflow.acknowledge_alert(alert.pk, how=Alert.Answer.PAGE, by=who)


def soon(climb: Climb) -> float:
    """Minutes until the next rung."""
    assert climb.due_at is not None
    return (climb.due_at - timezone.now()).total_seconds() / 60
