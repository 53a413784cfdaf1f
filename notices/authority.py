"""Who may do what on a patient notice (domain, section 4: approved before it is public)."""

from typing import Any

from incidents.authority import (
    heads_a_group,
    is_customer_service,
    is_employee,
    is_it_on_duty,
)
from incidents.models.state import UNRESTORED
from teams.models import Membership, Person, ResponseGroup, Role

Part = Membership.Part


def is_possible_approver(person: Person) -> bool:
    """Somebody who may approve notices that others wrote.

    Customer service, the leading group's head and deputies, and the head of any of the
    plan's groups.
    Every grade asks for the same for now; a rule by grade comes with the plan's own approval rows
    and belongs here.
    """
    return (
        person.has_role(Role.CS)
        or person.in_group(ResponseGroup.Kind.LEADING, Part.HEAD, Part.DEPUTY)
        or Part.HEAD in person.parts.values()
    )


def may_approve(notice: Any, person: Any) -> bool:
    """A possible approver, but never who wrote the words: four eyes see what patients read."""
    return (
        is_employee(notice, person)
        and person.pk != notice.drafted_by_id
        and is_possible_approver(person)
    )


def may_withdraw(notice: Any, person: Any) -> bool:
    """Customer service takes back its own work, approvers send back what they cannot approve."""
    return is_employee(notice, person) and (
        person.has_role(Role.CS) or is_possible_approver(person)
    )


def may_configure(person: Any) -> bool:
    """Who sets up channels: administrators. An auditor changes nothing, whatever else they are."""
    return bool(person.is_active and person.has_role(Role.ADMIN) and not person.only_reads)


def may_see_channels(person: Any) -> bool:
    return bool(person.is_active and person.has_role(Role.ADMIN, Role.AUDITOR))


def keeps_places(person: Any) -> bool:
    """Who keeps the places of screens and signs: administrators, and those of customer service who
    head or deputise in one of the plan's groups. None is the system itself, which sets up."""
    if person is None:
        return True
    if not is_employee(None, person):
        return False
    return person.has_role(Role.ADMIN) or (person.has_role(Role.CS) and heads_a_group(None, person))


def may_draft(incident: Any, person: Any) -> bool:
    """Customer service, from the report on, as long as the service does not work."""
    return is_customer_service(incident, person) and incident.state in UNRESTORED


def may_steer(incident: Any, person: Any) -> bool:
    """Who moves the ladder: IT, which triages, and head and deputies of the plan's groups."""
    return is_it_on_duty(incident, person) or heads_a_group(incident, person)


__all__ = [
    "is_customer_service",
    "is_employee",
    "is_possible_approver",
    "keeps_places",
    "may_approve",
    "may_configure",
    "may_draft",
    "may_see_channels",
    "may_steer",
    "may_withdraw",
]
