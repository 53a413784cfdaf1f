"""Who may do what with the plan. They are the `permission=` of its transitions.

Each takes a row and a person (None: the system itself) and says yes or no.
"""

from typing import Any

from teams.models import Membership, ResponseGroup, Role


def is_concerned(_plan: Any, person: Any) -> bool:
    """Everybody who works by the plan; the auditor, who changes nothing, only reads."""
    return bool(person is not None and person.is_active and not person.only_reads)


def administers(plan: Any, person: Any) -> bool:
    """Administrators edit, submit and publish."""
    return is_concerned(plan, person) and person.has_role(Role.ADMIN)


def signs(plan: Any, person: Any) -> bool:
    """Head and deputies of the leading group approve (row P5)."""
    return is_concerned(plan, person) and person.in_group(
        ResponseGroup.Kind.LEADING, Membership.Part.HEAD, Membership.Part.DEPUTY
    )


def returns(plan: Any, person: Any) -> bool:
    """Who wrote the version takes it back, who signs it may send it back."""
    return administers(plan, person) or signs(plan, person)


def is_system(_plan: Any, person: Any) -> bool:
    """Only what the product does by itself, as the consequence of a person's verb."""
    return person is None
