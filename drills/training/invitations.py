"""A session for people's own calendars."""

from drills.training.models import TrainingSession
from teams.appointments import appointment


def calendar_of(row: TrainingSession, address: str) -> bytes:
    """The session as a file for one's own calendar; `address` is its page."""
    is_cancelled = row.state == TrainingSession.State.CANCELLED
    return appointment(
        f"training-{row.client_uuid}",
        sequence=row.moved + is_cancelled,
        stamped_at=row.ended_at or row.planned_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=row.course.name,
        place=row.place,
        address=address,
        is_cancelled=is_cancelled,
    )
