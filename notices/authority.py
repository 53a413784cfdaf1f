"""Who may do what on a patient notice (domain, section 4: approved before it is public)."""

from typing import Any

from incidents.authority import (
    heads_a_group,
    is_customer_service,
    is_employee,
    is_it_on_duty,
)
from incidents.models.state import UNRESTORED
from plans.models import Grade
from teams.models import Membership, Person, ResponseGroup, Role

Part = Membership.Part


def is_possible_approver(person: Person) -> bool:
    """Somebody who may approve notices that others wrote, where the grade asks for a second person.

    Customer service, the leading group's head and deputies, and the head of any of the
    plan's groups.
    """
    return (
        person.has_role(Role.CS)
        or person.in_group(ResponseGroup.Kind.LEADING, Part.HEAD, Part.DEPUTY)
        or Part.HEAD in person.parts.values()
    )


def of_leading_group(person: Any) -> bool:
    """Head or deputy of the leading group: they approve where the grade asks for it."""
    return bool(person.in_group(ResponseGroup.Kind.LEADING, Part.HEAD, Part.DEPUTY))


def grade_of(incident: Any) -> Grade | None:
    """The incident's grade, or the one that holds until IT has graded it.

    Asks nothing of the database where `grade` and `plan__grades` were fetched before.
    """
    if incident.grade is not None:
        return incident.grade
    level = incident.plan.provisional_level
    return next((grade for grade in incident.plan.grades.all() if grade.level == level), None)


def approval_of(incident: Any) -> str:
    """Who approves the notices of this incident, by its version of the plan."""
    grade = grade_of(incident)
    return grade.approval if grade is not None else Grade.Approval.SECOND


def may_approve(notice: Any, person: Any) -> bool:
    """Whom the grade asks for, but never who wrote the words: four eyes see what patients read."""
    if not is_employee(notice, person) or person.pk == notice.drafted_by_id:
        return False
    if approval_of(notice.incident) == Grade.Approval.LEADING:
        return of_leading_group(person)
    return is_possible_approver(person)


def approval_holds(notice: Any) -> bool:
    """Is the approval that was given still the one that the grade asks for? It may have risen."""
    if notice.approved_by is None:
        return False
    rule = approval_of(notice.incident)
    return rule != Grade.Approval.LEADING or of_leading_group(notice.approved_by)


def approval_is_wanted(notice: Any) -> bool:
    return not approval_holds(notice)


def has_emergency_path(notice: Any) -> bool:
    """Does the plan let a notice of this grade be published first and approved afterwards?"""
    grade = grade_of(notice.incident)
    return grade is not None and grade.ratify_minutes is not None


def is_unratified(notice: Any) -> bool:
    return bool(notice.is_unratified)


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


def may_ring(channel: Any, person: Any) -> bool:
    """Who rings by hand the people of this channel, and therefore sees their numbers: whom it asks
    to, and those who must be able to ring anybody."""
    rings = (channel.configuration.get("who"), Role.IT, Role.LEADER, Role.ADMIN)
    return is_employee(None, person) and bool(person.has_role(*rings))


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


def plans_maintenance(_row: Any, person: Any) -> bool:
    """Who plans maintenance and says so to patients: customer service and IT."""
    return is_employee(None, person) and person.has_role(Role.CS, Role.IT)


def may_approve_maintenance(row: Any, person: Any) -> bool:
    """A second person who may plan it or approve notices; the leading group is not needed."""
    if not is_employee(None, person) or person.pk == row.drafted_by_id:
        return False
    return plans_maintenance(row, person) or is_possible_approver(person)


def may_cancel_maintenance(row: Any, person: Any) -> bool:
    return plans_maintenance(row, person) or (
        is_employee(None, person) and is_possible_approver(person)
    )


def runs_maintenance(_row: Any, person: Any) -> bool:
    """Who can say whether the work is done: IT."""
    return is_it_on_duty(None, person)


def is_the_clock(_row: Any, person: Any) -> bool:
    """The system itself, by the clock; never a person."""
    return person is None


def is_unfinished(row: Any) -> bool:
    return row.finished_at is None


__all__ = [
    "approval_holds",
    "approval_is_wanted",
    "approval_of",
    "grade_of",
    "has_emergency_path",
    "is_customer_service",
    "is_employee",
    "is_possible_approver",
    "is_the_clock",
    "is_unfinished",
    "is_unratified",
    "keeps_places",
    "may_approve",
    "may_approve_maintenance",
    "may_cancel_maintenance",
    "may_configure",
    "may_draft",
    "may_ring",
    "may_see_channels",
    "may_steer",
    "may_withdraw",
    "of_leading_group",
    "plans_maintenance",
    "runs_maintenance",
]
