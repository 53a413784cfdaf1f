"""What patients are told of planned maintenance, as plain data for the public snapshot."""

import datetime
from collections.abc import Iterable
from typing import Any

from journal.chain import plain
from journal.models import Entry
from notices.models import Maintenance
from teams.models import Service

STREAM = "maintenance:"
# The clock has ended it; whether all of it works, it cannot know, and does not say.
ENDED_TEXT = "计划维护的时间已经结束。如果还不能办理，请告诉身边的工作人员。"
ENDED_TEXT_EN = (
    "The time of the planned maintenance is over. If something still does not work, please tell a"
    " member of staff."
)
DONE_TEXT = "计划维护已经完成，可以照常办理。"
DONE_TEXT_EN = "The planned maintenance is finished. Services work as usual."
CHANGED_TEXT = "安排有变更，请以这一则为准。"
_PAST = (Maintenance.State.OVER, Maintenance.State.CANCELLED)


def rows(at: datetime.datetime, since: datetime.datetime) -> list[Maintenance]:
    """What is public now, the next one first, and what has been over since. At most two queries."""
    found = Maintenance.objects.public() | Maintenance.objects.past_since(since)
    return list(found.order_by("starts_at", "pk").prefetch_related("services"))


def of(entry: Entry | None) -> Maintenance | None:
    """The maintenance that an entry of the journal is about; None where it is about something
    else."""
    if entry is None or not entry.stream.startswith(STREAM):
        return None
    return Maintenance.objects.filter(pk=int(entry.stream.removeprefix(STREAM))).first()


def is_past(row: Maintenance) -> bool:
    return row.state in _PAST


def troubled(found: Iterable[Maintenance], at: datetime.datetime) -> set[int]:
    """Services that do not work because of it just now."""
    return {
        service.pk
        for row in found
        if not is_past(row) and row.starts_at <= at
        for service in row.services.all()
    }


def said(row: Maintenance, services: Iterable[Service] | None = None) -> dict[str, Any]:
    """What it tells the public. `services` stand in for those of a row that is not saved yet; else
    they are the row's own, which should be prefetched."""
    services = row.services.all() if services is None else services
    is_cancelled = row.state == Maintenance.State.CANCELLED
    is_over = row.state == Maintenance.State.OVER
    done = row.finished_at is not None
    return plain(
        {
            "id": row.pk,
            "is_work": True,
            "state": row.state,
            "affected": row.affected,
            "services": [service.name for service in services],
            "planned_from": row.starts_at,
            "planned_to": row.ends_at,
            "advice": row.advice,
            "where_to_go": row.where_to_go,
            "emergency": row.emergency,
            "contact": row.contact,
            "published_at": row.announced_at,
            # Who read of the arrangement before is told that it is another one.
            "correction": "" if row.replaces_id is None else CHANGED_TEXT,
            "ended_at": row.ended_at if is_over else None,
            "ended_text": (DONE_TEXT if done else ENDED_TEXT) if is_over else "",
            "ended_text_en": (DONE_TEXT_EN if done else ENDED_TEXT_EN) if is_over else "",
            "withdrawn_at": row.ended_at if is_cancelled else None,
            "withdrawal_reason": row.cancel_reason if is_cancelled else "",
            "affected_en": row.affected_en,
            "advice_en": row.advice_en,
            "where_en": row.where_en,
            "emergency_en": row.emergency_en,
        }
    )
