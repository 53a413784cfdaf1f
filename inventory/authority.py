"""Who may do what with supplies: logistics keeps them, everybody who is signed in looks.

Each function takes the acting person; None is the system itself, which seeds and imports.
"""

from typing import Any

from teams.models import Role


def keeps(by: Any) -> bool:
    """Logistics moves stock; administrators do not, and who only reads does not."""
    return by is None or bool(by.is_active and not by.only_reads and by.has_role(Role.LOGISTICS))


def may_approve(payment: Any, by: Any) -> bool:
    """The second person: of logistics or leading, never who asked."""
    if by is None or not by.is_active or by.only_reads or by.pk == payment.asked_by_id:
        return False
    return bool(by.has_role(Role.LOGISTICS, Role.LEADER))


def may_settle(_payment: Any, by: Any) -> bool:
    return keeps(by)


def may_keep(_row: Any, by: Any) -> bool:
    return keeps(by)


def may_countersign(count: Any, by: Any) -> bool:
    """Of logistics, and not who signed first."""
    return by is not None and keeps(by) and by.pk != count.first_by_id


def may_see_receipts(by: Any) -> bool:
    """Receipts name people and accounts: logistics, who decides on money, and who audits."""
    return by.is_active and bool(by.has_role(Role.LOGISTICS, Role.LEADER, Role.AUDITOR))
