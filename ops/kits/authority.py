"""Who may see, make and put away which department's kit. It holds personal telephone numbers.

Each takes the department's key and a person; None is the product itself.
"""

from typing import Any

from teams.models import Role

_OVERSEES = (Role.ADMIN, Role.LEADER, Role.AUDITOR)


def sees_all(by: Any) -> bool:
    """Administrators, leaders and auditors."""
    return by is None or bool(by.is_active and by.has_role(*_OVERSEES))


def sees(department: int, by: Any) -> bool:
    """Everybody their own department's."""
    return sees_all(by) or bool(by.is_active and by.department_id == department)


def makes_all(by: Any) -> bool:
    return by is None or bool(by.is_active and not by.only_reads and by.has_role(Role.ADMIN))


def makes(department: int, by: Any) -> bool:
    """Administrators, and the department's own head."""
    return makes_all(by) or bool(
        by.is_active
        and not by.only_reads
        and by.has_role(Role.DEPARTMENT)
        and by.department_id == department
    )


def puts_away(department: int, by: Any) -> bool:
    """Somebody who works there; an administrator where nobody there has an account."""
    return makes_all(by) or bool(
        by.is_active and not by.only_reads and by.department_id == department
    )
