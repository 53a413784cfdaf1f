"""Who may do what on an incident (domain, section 2 «Who may»).

Each function takes a row and a person (None: the system itself) and says yes or no. They are the
`permission=` of the transitions; the gate in `journal.moving` asks them.
"""

from collections.abc import Callable
from typing import Any

from plans.models import ChecklistItem
from teams.models import Membership, Person, ResponseGroup, Role

_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)


def is_employee(_row: Any, person: Any) -> bool:
    """Any employee but the auditor, who changes nothing."""
    return bool(person is not None and person.is_active and not person.only_reads)


def is_it_on_duty(row: Any, person: Any) -> bool:
    """IT staff: they triage what was reported."""
    return is_employee(row, person) and person.has_role(Role.IT)


def is_customer_service(row: Any, person: Any) -> bool:
    """Customer-service staff: they speak to the patients."""
    return is_employee(row, person) and person.has_role(Role.CS)


def may_command(incident: Any, person: Any) -> bool:
    """The leading group's head and deputies when it is convened; else those of the fault group."""
    if not is_employee(incident, person):
        return False
    group = ResponseGroup.Kind.LEADING if incident.convene else ResponseGroup.Kind.FAULT
    return person.in_group(group, *_HEADS)


def in_fault_group(row: Any, person: Any) -> bool:
    """Head, deputies and members of the fault group: they repair."""
    return is_employee(row, person) and person.in_group(ResponseGroup.Kind.FAULT)


def heads_a_group(row: Any, person: Any) -> bool:
    """Head or deputy of any of the plan's groups: they review."""
    return is_employee(row, person) and any(part in _HEADS for part in person.parts.values())


def leads(row: Any, person: Any) -> bool:
    """Head or deputy of the leading group: they receive the report."""
    return is_employee(row, person) and person.in_group(ResponseGroup.Kind.LEADING, *_HEADS)


def leads_drills(row: Any, person: Any) -> bool:
    """Who may let drills stand still or end them everywhere: head or deputy of any of the plan's
    groups, and the administrators who hold them."""
    return heads_a_group(row, person) or (is_employee(row, person) and person.has_role(Role.ADMIN))


# Rooms above that know who else controls a drill: functions of the incident and the person.
_controllers: list[Callable[[Any, Any], bool]] = []


def also_controls(function: Callable[[Any, Any], bool]) -> None:
    """Register who else may stop one drill. Called once, when the app is ready."""
    _controllers.append(function)


def controls_drill(incident: Any, person: Any) -> bool:
    """Who may stop one drill: who may stop all, who began it, and whom a room above names."""
    if leads_drills(incident, person):
        return True
    if not (is_employee(incident, person) and incident.is_drill):
        return False
    if incident.reporter_id == person.pk:
        return True
    return any(controls(incident, person) for controls in _controllers)


def from_affected_department(incident: Any, person: Any) -> bool:
    """Somebody of a department that the incident affects."""
    return (
        is_employee(incident, person)
        and person.department_id is not None
        and incident.affected.filter(pk=person.department_id).exists()
    )


def may_decide(check: Any, person: Any) -> bool:
    """Who the plan says decides the item: the fault group, its head or deputies, or somebody of an
    affected department."""
    incident = check.incident
    if check.decider == ChecklistItem.Decider.DEPARTMENT:
        return from_affected_department(incident, person)
    if check.decider == ChecklistItem.Decider.HEAD:
        return is_employee(incident, person) and person.in_group(ResponseGroup.Kind.FAULT, *_HEADS)
    return in_fault_group(incident, person)


def deciders(check: Any) -> list[Person]:
    """Everybody who may decide the item, by name."""
    people = Person.objects.filter(is_active=True).order_by("name", "pk")
    if check.decider == ChecklistItem.Decider.DEPARTMENT:
        people = people.filter(department__in=check.incident.affected.all())
    else:
        people = people.filter(memberships__group__kind=ResponseGroup.Kind.FAULT).distinct()
    return [person for person in people if may_decide(check, person)]


def may_sign_restoration(incident: Any, person: Any) -> bool:
    """The fault group, and the departments that work with the service again."""
    return in_fault_group(incident, person) or from_affected_department(incident, person)


def switches_manual_mode(incident: Any, person: Any) -> bool:
    """The one authority over manual mode: who commands the incident."""
    return may_command(incident, person)


def works_in_department(row: Any, person: Any) -> bool:
    """Somebody of the department that the row belongs to: whoever is there acts for it."""
    return is_employee(row, person) and person.department_id == row.department_id


def heads_department(row: Any, person: Any) -> bool:
    """The head of the department that the row belongs to: answers for it by name."""
    return works_in_department(row, person) and person.has_role(Role.DEPARTMENT)


def checks_reentry(batch: Any, person: Any) -> bool:
    """Who compares system and paper: the department's people, and the heads of other departments
    where the department has nobody else at hand. Not who entered it: that the verb refuses."""
    return is_employee(batch, person) and (
        person.department_id == batch.department_id or person.has_role(Role.DEPARTMENT)
    )


def keeps_paper(row: Any, person: Any) -> bool:
    """Who registers numbered forms and takes them away: the administrators, the department's own
    head, and the product itself when it makes the downtime kits."""
    if person is None:
        return True
    return is_employee(row, person) and (
        person.has_role(Role.ADMIN) or heads_department(row, person)
    )


def is_addressee(order: Any, person: Any) -> bool:
    """Somebody of the department or the response group to which the order is addressed."""
    if not is_employee(order, person):
        return False
    if order.department_id is not None:
        return person.department_id == order.department_id
    return order.group_id in person.group_ids


def is_system(_row: Any, person: Any) -> bool:
    """Only what the product does by itself, as the consequence of a person's verb."""
    return person is None
