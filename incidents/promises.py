"""Expected recoveries that patients were promised. The room that writes to patients knows them
(plan, rows P12 and P17)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

_sources: list[Callable[[], QuerySet[Any]]] = []


def knows_promises(source: Callable[[], QuerySet[Any]]) -> Callable[[], QuerySet[Any]]:
    """Register who knows them: a query for values `incident_id`, `expected_from`, `expected_to`,
    the first promise of each incident that had one; as a decorator."""
    _sources.append(source)
    return source


def first_promises() -> QuerySet[Any]:
    """The first promise of each incident, as registered; for a statement to join."""
    return _sources[0]()
