"""A large hospital's duty, measured: who is on call, a year's calendars, the coverage proof.

    python -m bench.duty

Prints milliseconds as JSON. 500 people in 40 groups, each with a roster of three shifts a day; four
ladders of six rungs. What it makes is rolled back.
"""

import datetime
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  (models need the line above)
from django.utils import timezone  # noqa: E402

from plans import evidence  # noqa: E402
from plans.models import PlanVersion, Rung  # noqa: E402
from teams.compiling import Inputs, compile_calendar  # noqa: E402
from teams.inputs import hospital_zone  # noqa: E402
from teams.models import ContactPoint, Duty, Membership, Person, ResponseGroup, Roster  # noqa: E402
from teams.rules import LayerRules  # noqa: E402
from teams.selectors import on_duty  # noqa: E402

PEOPLE, GROUPS, RUNGS = 500, 40, 6
EACH = PEOPLE // GROUPS
YEAR = timedelta(days=365)
SHIFTS = (("早班", 8), ("中班", 16), ("夜班", 0))
TIMES = 30


def _took(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def _people(now: datetime.datetime) -> list[Person]:
    people = Person.objects.bulk_create(
        Person(username=f"bench{number}", name=f"员工{number}") for number in range(PEOPLE)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            person=person,
            kind=kind,
            address=f"bench-{person.pk}",
            position=at,
            last_ok_at=now,
            last_ok_how=ContactPoint.Proof.TEST,
        )
        for person in people
        for at, kind in enumerate((ContactPoint.Kind.PHONE, ContactPoint.Kind.SMS), 1)
    )
    return people


def _inputs(people: list[Person], day: datetime.date) -> Inputs:
    keys = [person.pk for person in people]
    layers = tuple(
        LayerRules(
            name=name,
            # Three shifts in turn, and nobody in two of them on one day.
            people=tuple(keys[at * len(keys) // 3 :] + keys[: at * len(keys) // 3]),
            starts_on=day - timedelta(days=7),
            begins=datetime.time(hour),
            minutes=8 * 60,
        )
        for at, (name, hour) in enumerate(SHIFTS)
    )
    return Inputs(layers=layers, zone=hospital_zone())


def _plan(rosters: list[Roster], groups: list[ResponseGroup]) -> PlanVersion:
    plan = PlanVersion.objects.get(status=PlanVersion.Status.PUBLISHED)
    plan.rungs.all().delete()
    rungs = []
    for level in range(1, 5):
        for at in range(RUNGS):
            # Each rung of each grade asks another roster or group.
            which = (level - 1) * RUNGS + at
            target: dict[str, Any] = (
                {"to": Rung.To.GROUP, "group": groups[which], "part": Rung.Part.ANYONE}
                if at % 3 == 2
                else {"to": Rung.To.ROSTER, "roster": rosters[which]}
            )
            rungs.append(Rung(plan=plan, level=level, position=at + 1, **target))
    Rung.objects.bulk_create(rungs)
    return plan


def measure() -> dict[str, float]:
    now = timezone.now()
    people = _people(now)
    groups = ResponseGroup.objects.bulk_create(
        ResponseGroup(name=f"小组{number}", duty="值班") for number in range(GROUPS)
    )
    teams = [people[number * EACH : (number + 1) * EACH] for number in range(GROUPS)]
    Membership.objects.bulk_create(
        Membership(group=group, person=person)
        for group, team in zip(groups, teams, strict=True)
        for person in team
    )
    rosters = Roster.objects.bulk_create(
        Roster(group=group, name=f"值班表{number}") for number, group in enumerate(groups)
    )
    rules = [_inputs(team, now.date()) for team in teams]
    calendars: list[Any] = []
    compiling = _took(
        lambda: calendars.extend(compile_calendar(each, now, now + YEAR) for each in rules)
    )
    Duty.objects.bulk_create(
        (
            Duty(
                roster=roster,
                person_id=piece.person,
                starts_at=piece.starts_at,
                ends_at=piece.ends_at,
                slot=piece.slot,
                shift=piece.shift,
                shift_on=piece.shift_on,
                source=piece.source,
                compiled_at=now,
            )
            for roster, calendar in zip(rosters, calendars, strict=True)
            for piece in calendar.stretches
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE teams_duty")
    moments = [now + YEAR * (number + 1) / (TIMES + 2) for number in range(TIMES)]
    of_all = sorted(_took(lambda at=at: on_duty(at)) for at in moments)  # type: ignore[misc]
    of_one = sorted(_took(lambda at=at: on_duty(at, roster=rosters[7])) for at in moments)  # type: ignore[misc]
    plan = _plan(list(rosters), list(groups))
    proofs: list[Any] = []
    proving = _took(lambda: proofs.append(evidence.prove(plan, at=now)))
    return {
        "duties": Duty.objects.count(),
        "of_all": of_all[TIMES // 2],
        "of_one": of_one[TIMES // 2],
        "compiling": compiling,
        "proving": proving,
        "demands": len(proofs[0].demands),
        "gaps": len(proofs[0].gaps),
    }


def main() -> None:
    with transaction.atomic():
        print(json.dumps(measure()))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
