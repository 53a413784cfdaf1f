"""Who may do what after the review. The review's own machine asks `incidents.authority`."""

from incidents.authority import heads_a_group, is_employee
from reviews import concerned
from reviews.models import ActionItem, Review
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


def may_evaluate(review: Review, person: Person | None) -> bool:
    """Whom the review concerns: they were there."""
    if person is None or not is_employee(review, person):
        return False
    return concerned.people(review.incident).filter(pk=person.pk).exists()
