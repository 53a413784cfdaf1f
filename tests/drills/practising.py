"""Making programmes and drills for tests, through the product's own verbs."""

from typing import Any

from django.utils import timezone

from drills import scripting, wording, workflow
from drills.models import Drill, PlannedDrill
from drills.reading import sound
from drills.scenario import DEMO_CAST, Cast, load
from journal.relay import relay
from teams.models import Person
from tests import make


def planned(**facts: Any) -> PlannedDrill:
    """A drill of this year's programme."""
    make.hospital()
    facts = {
        "by": make.person("leader"),
        "year": timezone.localdate().year,
        "month": timezone.localdate().month,
        "name": "门诊收费中断演练",
        "type": "functional",
        "responsible": make.person("fault_head"),
        "departments": [make.department("门诊收费处")],
    } | facts
    return workflow.plan_drill(**facts)


def drill(**facts: Any) -> Drill:
    """A prepared drill that the leader controls and the auditor's neighbour evaluates; `players` by
    the scenario's role, else whoever the cast of the demo names."""
    make.hospital()
    players = facts.pop("players", None)
    facts = {
        "by": make.person("leader"),
        "name": "收费中断",
        "kind": "functional",
        "scenario": "registration-hall-outage",
        "speed": 12,
        "controllers": [make.person("leader")],
        "evaluators": [make.person("yuanban")],
    } | facts
    made = workflow.create_drill(**facts)
    if players is None:
        players = {role: actor(role) for role in roles(made)}
    return workflow.cast(made.pk, by=make.person("leader"), players=players)


def roles(made: Drill) -> list[str]:
    return scripting.roles_of(sound(made.scenario_text))


def actor(role: str) -> Person:
    """Who plays a role in the demo hospital."""
    cast = Cast.read(DEMO_CAST)
    for step in load("registration-hall-outage").steps:
        if wording.role_of(step) == role:
            return make.person(cast.account(step))
    return make.person("it")


def started(**facts: Any) -> Drill:
    return workflow.start_drill(drill(**facts).pk, by=make.person("leader"))


def ended(**facts: Any) -> Drill:
    made = started(**facts)
    return workflow.end_drill(made.pk, by=make.person("leader"), reason="演完了")


def relayed() -> None:
    """Everything recorded has reached whoever subscribed."""
    while relay():
        pass


def keys() -> dict[str, int]:
    """A drill of each kind and their parts, for the table of permissions."""
    made, over = drill(), started(kind="tabletop")
    leader = make.person("leader")
    finding = workflow.add_finding(
        over.pk,
        by=leader,
        problem="对讲机没电",
        measure="每月充电",
        department=make.department("后勤部"),
        due_on=timezone.localdate(),
    )
    workflow.end_drill(over.pk, by=leader, reason="演完了")
    return {
        "drill": made.pk,
        "drill_over": over.pk,
        "inject": made.injects.first().pk,  # type: ignore[union-attr]
        "act": made.expected.first().pk,  # type: ignore[union-attr]
        "finding": finding.pk,
    }
