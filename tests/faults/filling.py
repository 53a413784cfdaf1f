"""Many things at once for faults, some of them straight into rows: a thousand verbs take long."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from incidents.models import Deadline, Incident
from journal.recording import record
from journal.relay import relay
from notices import workflow
from notices.models import Alert, Channel, Climb
from teams.models import ContactPoint, Person
from tests import make
from tests.faults.place import Place
from tests.notices.climbing import in_product, ladder, to
from tests.notices.making_channels import channel

EVENT = "test.call"


def ways(place: Place, *kinds: str) -> list[Channel]:
    """A webhook for each kind of contact point; its path at the sink tells which."""
    return [
        channel(
            "webhook",
            place.sink,
            name=f"渠道 {kind}",
            configuration={"serves": kind, "url": f"{place.sink.url}/{kind}"},
            position=number,
        )
        for number, kind in enumerate(kinds)
    ]


def staff(count: int, *kinds: str) -> list[Person]:
    """People with one way of each kind, the first kind first."""
    number = Person.objects.count()
    people = Person.objects.bulk_create(
        Person(username=f"fault{number + one}", name=f"员工{number + one}", roles=["it"])
        for one in range(count)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=person, kind=kind, address=f"139{at}{person.pk:07d}"[:12], position=at)
        for person in people
        for at, kind in enumerate(kinds)
    )
    return people


@transaction.atomic
def call(people: list[Person]) -> list[Alert]:
    """Call them all about one thing that belongs to no incident: nobody else is called."""
    entry = record("test:1", EVENT, by=None)
    return workflow.alert(
        entry, people, incident=None, text="请处理：挂号中断", url="/", calls=True
    )


def staircase(rungs: int, minutes: int = 1) -> list[Person]:
    """A ladder with one person a rung, each in the product; give them from below."""
    people = [in_product(make.new_person("it")) for _rung in range(rungs)]
    ladder(*(to(person, minutes if number else 0) for number, person in enumerate(people)))
    return people


def reports(count: int, *, relayed: bool = True) -> list[Incident]:
    made = [make.report(location=f"{number} 号窗口") for number in range(count)]
    if relayed:
        while relay():
            pass
    return made


def shift(seconds: float, **only: Any) -> None:
    """Let so much time pass for every clock and ladder: the database's clock cannot be set."""
    passed = timedelta(seconds=seconds)
    names = ("due_at", "started_at", "paused_at", "paused_until", "exhausted_at")
    Climb.objects.active().filter(**only).update(**{name: F(name) - passed for name in names})
    Deadline.objects.running().filter(**only).update(
        armed_at=F("armed_at") - passed, due_at=F("due_at") - passed
    )
