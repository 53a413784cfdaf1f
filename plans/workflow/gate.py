"""The one gate of the plan's verbs, and what they share."""

import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from journal import moving
from journal.recording import record
from journal.refusals import Incomplete
from plans import content, form
from plans.content import Value
from plans.models import PlanVersion
from plans.names import Directory


def lock(number: int) -> PlanVersion:
    """The version's row, locked. Every verb on a version or its parts begins with it.

    The key stays free: a report that pins the version in force does not wait for us.
    """
    return PlanVersion.objects.select_for_update(of=("self",), no_key=True).get(number=number)


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


def hold_numbers() -> None:
    """Until the transaction ends nobody else begins a version: two get two numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plans.number'))")


def begin(
    value: Value, names: Directory, *, by: Any, at: datetime.datetime, **facts: Any
) -> PlanVersion:
    """A new version with the next number and this content; `facts` are columns of its row."""
    hold_numbers()
    last = PlanVersion.objects.order_by("-number").values_list("number", flat=True).first()
    plan = PlanVersion(number=(last or 0) + 1, drafted_by=by, drafted_at=at, **facts)
    for part in ("title", "provisional_level", "signatures"):
        content.write_part(plan, part, value[part], names)
    plan.save(force_insert=True)
    content.write(plan, value, names)
    return plan


def give_way(at: datetime.datetime, *, to: PlanVersion) -> PlanVersion | None:
    """The version in force, if there is one, makes room for another."""
    with connection.cursor() as cursor:
        # Two versions that are published in the same moment: the second finds the first in force.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plans.in_force'))")
    before = (
        PlanVersion.objects.select_for_update(of=("self",), no_key=True)
        .filter(status=PlanVersion.Status.PUBLISHED)
        .first()
    )
    if before is not None:
        move(before, "give_way", by=None, at=at, told={"replaced_by": to.number})
    return before


def require(text: str, field: str, sentence: str) -> str:
    """The text without blanks around it; refuses where nothing is left."""
    text = (text or "").strip()
    if not text:
        raise Incomplete(sentence, fields={field: sentence})
    return text


def unfit(error: form.Unfit) -> Incomplete:
    """The refusal that tells every fault of a value, each under its path."""
    first = error.faults[0]
    more = len(error.faults) - 1
    sentence = str(first)
    if more:
        sentence = _("%(first)s 另有 %(more)s 处问题。") % {"first": first, "more": more}
    return Incomplete(sentence, fields={fault.where: fault.sentence for fault in error.faults})
