"""The one gate of the plan's verbs, and what they share."""

import datetime
from typing import Any

from django.db import connection

from journal import moving
from journal.recording import record
from plans import content
from plans.content import Value
from plans.models import PlanVersion
from plans.names import Directory


def lock(number: int) -> PlanVersion:
    """The version's row, locked. Every verb on a version or its parts begins with it."""
    return PlanVersion.objects.select_for_update(of=("self",)).get(number=number)


def move(
    plan: PlanVersion,
    verb: str,
    *,
    by: Any,
    at: datetime.datetime,
    version: int | None = None,
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> PlanVersion:
    """The one gate: permission, version, machine, journal. `told` is what the journal keeps."""
    before = plan.status
    moving.move(plan, verb, by=by, at=at, version=version, **facts)
    entry = {"number": plan.number, "title": plan.title, "version": plan.version, **(told or {})}
    if plan.status != before:
        entry |= {"from": before, "to": plan.status}
    record(plan.stream, f"plan.{verb}", by=by, facts=entry, at=at)
    return plan


def begin(
    value: Value, names: Directory, *, by: Any, at: datetime.datetime, **facts: Any
) -> PlanVersion:
    """A new version with the next number and this content; `facts` are columns of its row."""
    with connection.cursor() as cursor:
        # Two drafts begun in the same moment get two numbers.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plans.number'))")
    last = PlanVersion.objects.order_by("-number").values_list("number", flat=True).first()
    plan = PlanVersion(number=(last or 0) + 1, drafted_by=by, drafted_at=at, **facts)
    for part in ("title", "provisional_level", "signatures"):
        content.write_part(plan, part, value[part], names)
    plan.save(force_insert=True)
    content.write(plan, value, names)
    return plan


def give_way(at: datetime.datetime, *, to: PlanVersion) -> PlanVersion | None:
    """The version in force, if there is one, makes room for another."""
    before = (
        PlanVersion.objects.select_for_update(of=("self",))
        .filter(status=PlanVersion.Status.PUBLISHED)
        .first()
    )
    if before is not None:
        move(before, "give_way", by=None, at=at, told={"replaced_by": to.number})
    return before
