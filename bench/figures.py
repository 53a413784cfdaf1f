"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table. `holds` is None where there is no goal."""

    what: str
    value: str
    goal: str = ""
    holds: bool | None = None
