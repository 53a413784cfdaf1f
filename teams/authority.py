"""Who may change what is said of people, and who may see their own numbers.

Each function takes the acting person; None is the system itself, which sets up and imports.
"""

from typing import Any

from teams.models import Person, Role

# Those who must be able to ring anybody at night.
_RINGS = (Role.IT, Role.LEADER, Role.ADMIN)


def administers(by: Any) -> bool:
    """Administrators keep people, departments and groups."""
    return by is None or bool(by.is_active and by.has_role(Role.ADMIN) and not by.only_reads)


def oversees(by: Any) -> bool:
    """Administrators and auditors see who has which account and role."""
    return bool(by is not None and by.is_active and by.has_role(Role.ADMIN, Role.AUDITOR))


def may_edit_contacts(of: Person, by: Any) -> bool:
    """Each person their own; administrators everybody's."""
    if by is not None and by.pk == of.pk:
        return by.is_active and not by.only_reads
    return administers(by)


def may_reveal(of: Person, by: Any) -> bool:
    """IT, leaders and administrators ring anybody; heads of departments their own people."""
    if by is None or not by.is_active or by.only_reads or by.pk == of.pk:
        return False
    if by.has_role(*_RINGS):
        return True
    return (
        by.has_role(Role.DEPARTMENT)
        and by.department_id is not None
        and by.department_id == of.department_id
    )
