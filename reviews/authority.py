"""Who may do what after the review. The review's own machine asks `incidents.authority`."""

from incidents.authority import heads_a_group, is_employee, leads
from reviews import concerned
from reviews.models import ActionItem, Review
from teams.models import Person, Role


def may_finish(action: ActionItem, person: Person | None) -> bool:
    """The owner, anybody of the owning department, and the heads of the groups."""
    if person is None or not is_employee(action, person):
        return False
    return (
        person.pk == action.person_id
        or person.department_id == action.department_id
        or heads_a_group(action, person)
    )


def is_concerned(review: Review, person: Person | None) -> bool:
    """Whom the review concerns: they were there."""
    if person is None or not is_employee(review, person):
        return False
    return concerned.people(review.incident).filter(pk=person.pk).exists()


def may_lead_meeting(review: Review, person: Person | None) -> bool:
    """The chair of the meeting, and the heads of the groups."""
    if person is None or not is_employee(review, person):
        return False
    return person.pk == review.chair_id or heads_a_group(review, person)


def heads(action: ActionItem, person: Person | None) -> bool:
    """Heads and deputies of the groups: they made the promise, and may put it off."""
    return heads_a_group(action, person)


def may_hand_over(action: ActionItem, person: Person | None) -> bool:
    """The heads of the groups, and the head of the owning department among its own people."""
    if heads(action, person):
        return True
    return bool(
        person is not None
        and is_employee(action, person)
        and person.department_id == action.department_id
        and person.has_role(Role.DEPARTMENT)
    )


def may_waive(action: ActionItem, person: Person | None) -> bool:
    """Head and deputies of the leading group, who received the promise."""
    return leads(action, person)
