"""Making rosters for tests, in plain values and through the product's own verbs."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from teams import workflow
from teams.compiling import Inputs
from teams.models import ContactPoint, Handover, Leave, Person, Replacement, Roster, StandIn
from teams.rules import LayerRules, RosterRules, rules_of
from tests import make

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = 24 * 60


def moment(text: str, zone: ZoneInfo = SHANGHAI) -> datetime.datetime:
    """`2026-03-01 20:00` on the hospital's wall, as the moment in UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(datetime.UTC)


def layer(*people: int, **facts: Any) -> LayerRules:
    """A layer of whole days from midnight, in which people take turns each day."""
    facts = {
        "name": "全天",
        "starts_on": "2026-01-01",
        "begins": "00:00",
        "minutes": DAY,
    } | facts
    for name in ("starts_on", "ends_on"):
        if isinstance(facts.get(name), str):
            facts[name] = datetime.date.fromisoformat(facts[name])
    if isinstance(facts["begins"], str):
        facts["begins"] = datetime.time.fromisoformat(facts["begins"])
    return LayerRules(people=people, **facts)


def inputs(*layers: LayerRules, **facts: Any) -> Inputs:
    return Inputs(layers=layers, **{"zone": SHANGHAI} | facts)


def roster(*layers: LayerRules, group: str = "fault", **facts: Any) -> Roster:
    """A stored roster, compiled from now on."""
    facts = {"name": f"值班表{Roster.objects.count() + 1}"} | facts
    make.hospital()
    return workflow.create_roster(
        by=None, group=make.group(group), rules=RosterRules(layers=layers, **facts)
    )


def change(roster: Roster, *, by: str = "admin", because: str = "试排", **facts: Any) -> Roster:
    """Other rules for a roster, whatever conflicts they bring."""
    return workflow.change_roster(
        roster.pk,
        by=make.person(by),
        rules=rules_of(roster).changed(**facts),
        accept_conflicts=because,
    )


def reachable(*roles: str, hours: tuple[str, str] | None = None, **facts: Any) -> Person:
    """Somebody new with a telephone, at any time or between two hours."""
    person = make.new_person(*roles, **facts)
    span = [datetime.time.fromisoformat(hour) for hour in hours or ()]
    ContactPoint.objects.create(
        person=person,
        kind=ContactPoint.Kind.PHONE,
        address=f"6{person.pk:03}",
        **dict(zip(("hours_from", "hours_to"), span, strict=False)),
    )
    return person


def local(days: int, hour: int = 0) -> datetime.datetime:
    """So many days from today, at this full hour on the hospital's wall."""
    today = timezone.localtime().date() + datetime.timedelta(days=days)
    return datetime.datetime.combine(today, datetime.time(hour), SHANGHAI)


def leave(person: Person, days: int = 3) -> Leave:
    """Leave of one day, asked for and not decided."""
    return workflow.ask_leave(
        by=person, starts_at=local(days), ends_at=local(days + 1), reason="年休假"
    )


def stand_in(person: Person, other: Person, days: int = 3) -> StandIn:
    """A day of one person's own roster for which they ask another, who has not answered."""
    own = roster(layer(person.pk), round_the_clock=False)
    return workflow.ask_stand_in(
        own.pk,
        by=person,
        stand_in=other,
        starts_at=local(days),
        ends_at=local(days + 1),
        reason="家里有事",
    )


def replacement(days: int = 3) -> Replacement:
    """A day on which somebody else serves."""
    return workflow.replace_people(
        roster(round_the_clock=False).pk,
        by=make.person("admin"),
        people=[make.person("it")],
        starts_at=local(days),
        ends_at=local(days + 1),
        reason="机房搬迁",
        accept_conflicts="试排",
    )


def handover(
    leaving: Person | None = None, coming: Person | None = None, minutes: int = -5
) -> Handover:
    """A change of shift of a roster without rules, so many minutes from now."""
    made = Handover.objects.create(
        roster=roster(round_the_clock=False),
        at=timezone.now() + datetime.timedelta(minutes=minutes),
    )
    made.leaving.set([leaving] if leaving else [])
    made.coming.set([coming] if coming else [])
    return made
