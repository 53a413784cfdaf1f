"""The one gate of a drill's verbs: the row lock, the move, the journal.

Locks are taken in one order: the drill, then incidents, then what hangs on them. What happens to a
drill's incident from elsewhere reaches the drill behind the commit, by the relay.
"""

import datetime
from typing import Any

from drills.models import Drill
from journal import moving
from journal.recording import record


def lock(pk: int) -> Drill:
    """The drill's row, locked. Raises Drill.DoesNotExist."""
    return Drill.objects.select_for_update(of=("self",)).get(pk=pk)


def move(
    drill: Drill,
    verb: str,
    *,
    by: Any,
    at: datetime.datetime,
    version: int | None = None,
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> Drill:
    """Permission, version, machine, journal. `told` is what the journal keeps."""
    before = drill.state
    moving.move(drill, verb, by=by, at=at, version=version, **facts)
    entry = {"what": drill.name, "version": drill.version, **(told or {})}
    if drill.state != before:
        entry |= {"from": before, "to": drill.state}
    record(drill.stream, f"drill.{verb}", by=by, facts=entry, at=at)
    return drill
