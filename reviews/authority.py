"""Who may do what after the review. The review's own machine asks `incidents.authority`."""

from incidents.authority import heads_a_group, is_employee
from reviews.models import ActionItem
from teams.models import Person


def may_finish(action: ActionItem, person: Person | None) -> bool:
    """The owner, anybody of the owning department, and the heads of the groups."""
    if person is None or not is_employee(action, person):
        return False
    return (
        person.pk == action.person_id
        or person.department_id == action.department_id
        or heads_a_group(action, person)
    )
