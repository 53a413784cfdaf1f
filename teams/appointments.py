"""One appointment as a file for people's own calendars (iCalendar, RFC 5545)."""

import datetime

from django.conf import settings
from icalendar import Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"


def appointment(
    uid: str,
    *,
    sequence: int,
    stamped_at: datetime.datetime,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    summary: str,
    place: str,
    address: str,
    is_cancelled: bool = False,
) -> bytes:
    """The file. Under one `uid`, a newer file (a higher `sequence`) takes the older one's place; of
    a cancelled appointment it says so. `address` is the page that tells the rest."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Yingji//{settings.HOSPITAL_NAME}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{uid}@yingji")
    event.add("sequence", sequence)
    event.add("dtstamp", stamped_at)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("summary", summary)
    event.add("location", place)
    event.add("description", address)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    calendar.add_component(event)
    return calendar.to_ical()
