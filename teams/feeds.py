"""One person's duties as a calendar that telephones and mail programs subscribe to (iCalendar)."""

import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from teams.models import Person
from teams.selectors.duty import duties_between

# What was served lately is kept, so that a program does not drop it; the calendar reaches further.
BEFORE = datetime.timedelta(days=62)
AHEAD = datetime.timedelta(days=400)


def calendar_of(person: Person, at: datetime.datetime) -> bytes:
    """The person's duties as an iCalendar file (RFC 5545). One query.

    Names the post and the shift, no colleague and no incident: it lies on private devices.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Yingji//{settings.HOSPITAL_NAME}//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("值班 %(name)s") % {"name": person.name})
    calendar.add("refresh-interval;value=duration", "PT1H")
    for duty in duties_between(at - BEFORE, at + AHEAD, person=person):
        event = Event()
        # A stretch that an exception moves is another one: programs take the old away.
        event.add("uid", f"duty-{duty.pk}@yingji")
        event.add("dtstamp", duty.compiled_at)
        event.add("dtstart", duty.starts_at)
        event.add("dtend", duty.ends_at)
        event.add("summary", f"{duty.roster.name} {duty.shift}".strip())
        calendar.add_component(event)
    return calendar.to_ical()
