"""What happened to one person, department or group, told for its page."""

from collections.abc import Iterable
from typing import Any

from journal.models import Entry
from journal.telling import label_of, sentence_of
from teams.workflow.told import stream_of

RECENT = 20


def history_of(
    row: Any, *, events: str = "", but: Iterable[str] = (), limit: int = RECENT
) -> list[dict[str, Any]]:
    """The newest entries of the row's stream, in words; one query.

    `events` is the beginning of the events' names, `but` the actors whose acts are left out.
    Each has at, what, who and facts, as parts/timeline_entry.html wants them.
    """
    entries = Entry.objects.filter(stream=stream_of(row))
    if events:
        entries = entries.filter(event__startswith=events)
    if but:
        entries = entries.exclude(actor__in=but)
    return [
        {
            "at": entry.at,
            "what": label_of(entry.event),
            "who": entry.actor_name,
            "facts": sentence_of(entry.event, entry.facts),
        }
        for entry in entries.order_by("-seq")[:limit]
    ]
