"""The one gate of the incident's verbs, and what they share."""

import datetime
from typing import Any

from incidents.models import Check, Incident
from journal import moving, rows
from journal.recording import record
from journal.refusals import Incomplete
from plans.models import ChecklistItem
from teams.models import Person


def lock(pk: int) -> Incident:
    """The incident's row, locked. Every verb on an incident or its parts begins with it.

    Without joins: a row that waited for its lock would be joined to what it named before the wait,
    and not be found when its plan was changed meanwhile.
    """
    incident = rows.one(Incident, pk=pk, lock=True)
    if incident is None:
        raise Incident.DoesNotExist
    return incident


def move(
    incident: Incident,
    verb: str,
    *,
    by: Person | None,
    at: datetime.datetime,
    version: int | None = None,
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> Incident:
    """The one gate: permission, version, machine, journal. `told` is what the journal keeps."""
    before = incident.state
    moving.move(incident, verb, by=by, at=at, version=version, **facts)
    entry = {"version": incident.version, **(told or {})}
    if incident.state != before:
        entry |= {"from": before, "to": incident.state}
    record(incident.stream, f"incident.{verb}", by=by, facts=entry, at=at)
    return incident


def require(text: str, field: str, sentence: str) -> str:
    """The text without blanks around it; refuses where nothing is left."""
    text = (text or "").strip()
    if not text:
        raise Incomplete(sentence, fields={field: sentence})
    return text


def open_checks(incident: Incident, phase: str, *, round_number: int) -> None:
    """Open the plan's checklist of a phase on the incident; items already open stay as they are.
    Branches stay closed until what they hang on has failed."""
    items = ChecklistItem.objects.filter(
        plan=incident.plan_id,
        phase=phase,
        fault_type__in=["", incident.fault_type],
        is_branch=False,
    ).order_by("fault_type", "position")
    Check.objects.bulk_create(
        [Check(incident=incident, item=item, round=round_number) for item in items],
        ignore_conflicts=True,
    )
