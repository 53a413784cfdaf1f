"""The verbs of running: a beat of the heart, and the note that the engine stood still."""

from django.db import connection, transaction

import journal.recording
from journal.models import Entry

STREAM = "engine"
STALLED = "engine.stalled"
RECOVERED = "engine.recovered"


def beat(name: str) -> None:
    """Write that the part `name` lives now, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ops_heartbeat (name, at) VALUES (%s, clock_timestamp()) "
            "ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [name],
        )


def age_of_beat(name: str) -> float | None:
    """Seconds since the part's last beat, or None when it never beat."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - at) FROM ops_heartbeat WHERE name = %s",
            [name],
        )
        row = cursor.fetchone()
    return None if row is None else float(row[0])


def note_stalled(silent_for: float | None, part: str = "beat") -> bool:
    """Record that a part is silent; once an episode. True if this was the first.

    `silent_for` is in seconds, None when no beat of it was ever seen.
    """
    facts = {"silent_seconds": None if silent_for is None else round(silent_for)}
    return _note(part, STALLED, unless_last=STALLED, facts=facts)


def note_recovered(part: str = "beat") -> bool:
    """Record that the part is back, if the last note says that it was silent."""
    return _note(part, RECOVERED, only_after=STALLED, facts={})


def is_stalled(part: str = "beat") -> bool:
    return _last_event(stream_of(part)) == STALLED


def stream_of(part: str) -> str:
    """Each part that has a pulse tells its own story; beat's stands for the engine as a whole."""
    return STREAM if part == "beat" else f"{STREAM}:{part}"


def _note(
    part: str, event: str, *, facts: dict, unless_last: str = "", only_after: str = ""
) -> bool:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two watchdogs, one after a failed hand-over perhaps, must not both tell the story.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ops.workflow.engine'))")
        last = _last_event(stream_of(part))
        if (unless_last and last == unless_last) or (only_after and last != only_after):
            return False
        journal.recording.record(stream_of(part), event, by=None, facts=facts)
        return True


def _last_event(stream: str) -> str | None:
    return (
        Entry.objects.filter(stream=stream).order_by("-seq").values_list("event", flat=True).first()
    )
