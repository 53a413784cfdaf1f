"""Who may do what in training.

Each function takes the row (None where there is none yet) and the acting person; None as a person
is the system itself, which furnishes the demo hospital.
"""

from typing import Any

from incidents.authority import heads_a_group
from teams.models import Person, Role


def keeps_courses(by: Any) -> bool:
    """Administrators keep the courses, as they keep the plan."""
    return by is None or (_acts(by) and by.has_role(Role.ADMIN))


def arranges(_row: Any, by: Any) -> bool:
    """Who may arrange a session: administrators, heads of departments and of the plan's groups."""
    return by is None or (
        _acts(by) and (by.has_role(Role.ADMIN, Role.DEPARTMENT) or heads_a_group(None, by))
    )


def runs(session: Any, by: Any) -> bool:
    """Who may move, hold or cancel a session: its trainer, who arranged it, administrators."""
    return by is None or (
        _acts(by)
        and (by.has_role(Role.ADMIN) or by.pk in (session.trainer_id, session.planned_by_id))
    )


def chases(by: Any) -> bool:
    """Who reminds those who lack a course: administrators and leaders."""
    return _acts(by) and by.has_role(Role.ADMIN, Role.LEADER)


def oversees(by: Any) -> bool:
    """Who sees everybody's training: administrators, leaders, auditors."""
    return by.is_active and by.has_role(Role.ADMIN, Role.LEADER, Role.AUDITOR)


def sees_training_of(person: Person, by: Any) -> bool:
    """Their own, those who oversee everybody's, and heads of departments their people's."""
    return (
        by.pk == person.pk
        or oversees(by)
        or (
            by.is_active
            and by.has_role(Role.DEPARTMENT)
            and by.department_id is not None
            and by.department_id == person.department_id
        )
    )


def sees_coverage(by: Any) -> bool:
    """Who sees who is not covered: everybody's, or that of the own department."""
    return oversees(by) or (by.is_active and by.has_role(Role.DEPARTMENT))


def sees_names(session: Any, by: Any) -> bool:
    """Who sees the names of who was invited to a session and came."""
    return oversees(by) or runs(session, by)


def learns(by: Any) -> bool:
    """Who is trained: whoever works here. Auditors read only."""
    return _acts(by)


def _acts(by: Any) -> bool:
    return bool(by.is_active and not by.only_reads)
