"""A session for people's own calendars (iCalendar, RFC 5545)."""

from django.conf import settings
from icalendar import Calendar, Event

from drills.training.models import TrainingSession


def calendar_of(row: TrainingSession, address: str) -> bytes:
    """The session as a file for one's own calendar; `address` is its page.

    After a change a newer file takes the older one's place; of a cancelled session it says so.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Yingji//{settings.HOSPITAL_NAME}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    is_cancelled = row.state == TrainingSession.State.CANCELLED
    event = Event()
    event.add("uid", f"training-{row.client_uuid}@yingji")
    event.add("sequence", row.moved + is_cancelled)
    event.add("dtstamp", row.ended_at or row.planned_at)
    event.add("dtstart", row.starts_at)
    event.add("dtend", row.ends_at)
    event.add("summary", row.course.name)
    event.add("location", row.place)
    event.add("description", address)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    calendar.add_component(event)
    return calendar.to_ical()
