"""Who may do what with supplies: logistics keeps them, everybody who is signed in looks.

Each function takes the acting person; None is the system itself, which seeds and imports.
"""

from typing import Any

from teams.models import Role


def keeps(by: Any) -> bool:
    """Logistics moves stock; administrators do not, and who only reads does not."""
    return by is None or bool(by.is_active and not by.only_reads and by.has_role(Role.LOGISTICS))
