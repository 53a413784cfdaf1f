"""Who may do what with drills. Each function takes a row and a person, as those of incidents.

None, the system itself, seeds the demo and follows what happens to a drill's incident.
"""

from typing import Any

from incidents.authority import heads_a_group, is_employee, leads
from teams.models import Role

__all__ = ["is_employee"]


def plans_drills(row: Any, person: Any) -> bool:
    """Heads and deputies of the plan's groups, and the administrators."""
    return heads_a_group(row, person) or (is_employee(row, person) and person.has_role(Role.ADMIN))


def sees_ahead(row: Any, person: Any) -> bool:
    """Who reads programme, scenarios and every drill: who plans them, and the auditor."""
    return plans_drills(row, person) or bool(person is not None and person.only_reads)


def plays_unseen(drills: Any, person: Any) -> set[str]:
    """Scenarios that this person may not read ahead: they play in a drill of it that is still to
    come or runs, and neither control nor evaluate it. `drills`: those still to be ended, with
    their seats."""
    mine = drills.filter(seats__person=person, seats__part="player").distinct()
    return {
        drill.scenario for drill in mine.prefetch_related("seats") if not sees_script(drill, person)
    }


def controls(drill: Any, person: Any) -> bool:
    """A controller of this drill, and the leading group's head and deputies."""
    return leads(drill, person) or (
        is_employee(drill, person) and _sits(drill, person, "controller")
    )


def controls_or_system(drill: Any, person: Any) -> bool:
    return person is None or controls(drill, person)


def controls_incident(incident: Any, person: Any) -> bool:
    """A controller of the drill to which an incident belongs."""
    link = getattr(incident, "drilled", None)
    return link is not None and controls(link.drill, person)


def evaluates(drill: Any, person: Any) -> bool:
    """An evaluator of this drill."""
    return is_employee(drill, person) and _sits(drill, person, "evaluator")


def takes_part(drill: Any, person: Any) -> bool:
    """Whoever has a seat in it."""
    return _sits(drill, person)


def _sits(drill: Any, person: Any, *parts: str) -> bool:
    """No query where the drill's seats were fetched with it."""
    return any(
        seat.person_id == person.pk and (not parts or seat.part in parts)
        for seat in drill.seats.all()
    )


def sees_script(drill: Any, person: Any) -> bool:
    """Who reads what is still to come: controllers, evaluators, the auditor, who plans drills but
    does not play in this one."""
    if controls(drill, person) or evaluates(drill, person):
        return True
    return sees_ahead(drill, person) and not takes_part(drill, person)
