"""What the page of one drill shows to whom. Query count fixed, however long the scenario."""

from dataclasses import dataclass
from typing import Any

from drills import authority
from drills.happened import Happened, happened
from drills.models import Drill, DrillState, Inject, Seat
from journal.moving import available
from journal.recording import now
from teams.models import Person


@dataclass(frozen=True)
class Told:
    """An inject with whoever plays its role, and what a controller may do with it."""

    inject: Inject
    player: Person | None
    may: tuple[str, ...]
    # The acts of the same step, with what happened.
    acts: tuple[Happened, ...] = ()


def board(drill: Drill, person: Person) -> dict[str, Any]:
    """For drills/_live.html. Who only plays gets what they were told, and nothing that comes."""
    seats = list(drill.seats.select_related("person"))
    players = {seat.role: seat.person for seat in seats if seat.part == Seat.Part.PLAYER}
    controls = authority.controls(drill, person)
    sees_script = authority.sees_script(drill, person)
    minute = drill.minutes_at(drill.ended_at or now()) if drill.started_at else None
    shown: dict[str, Any] = {
        "drill": drill,
        "main": drill.main,
        "minute": minute,
        "my_roles": [role for role, who in players.items() if who == person],
        "controls": controls,
        "evaluates": authority.evaluates(drill, person),
        "sees_script": sees_script,
        "verbs": available(drill, person),
        "seats": seats,
        "pause": drill.pauses.filter(ended_at__isnull=True).first(),
    }
    injects = list(drill.injects.select_related("settled_by"))
    if not sees_script:
        mine = [inject for inject in injects if _is_mine(inject, shown["my_roles"])]
        return shown | {"mine": sorted(mine, key=lambda each: each.settled_at or each.pk)[::-1]}
    acts = happened(drill)
    mine = [inject for inject in injects if _is_mine(inject, shown["my_roles"])]
    runs = controls and drill.state == DrillState.RUNNING
    return shown | {
        "mine": mine[::-1],
        "told": [Told(each, players.get(each.role), _may(each, runs)) for each in injects],
        "acts": acts,
        "next": next((each for each in injects if each.state == Inject.State.WAITING), None),
        "may_note": (controls or shown["evaluates"])
        and drill.state in (DrillState.RUNNING, DrillState.PAUSED, DrillState.ENDED),
        "done": sum(1 for each in acts if each.minute is not None),
    }


def _is_mine(inject: Inject, roles: list[str]) -> bool:
    return inject.state == Inject.State.GIVEN and inject.role in roles


def _may(inject: Inject, runs: bool) -> tuple[str, ...]:
    if not runs:
        return ()
    return {
        Inject.State.WAITING: ("give", "hold", "skip"),
        Inject.State.HELD: ("give", "release", "skip"),
    }.get(Inject.State(inject.state), ())
