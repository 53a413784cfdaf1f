"""An appointment that somebody is told of, as a file for their own calendar.

The entry of the journal carries what it is made of (`calendar`, for `teams.appointments`); who is
not invited any more, and everybody where it is cancelled, gets the file that takes it out again.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.dateparse import parse_datetime

from notices.channels import Attached
from notices.models import Alert
from teams.appointments import appointment

CANCELS = "review.cancel_meeting"


def files_of(alerts: Iterable[Alert]) -> tuple[Attached, ...]:
    """The files of these alerts, whose entries are loaded: none for most of them."""
    return tuple(_file(alert) for alert in alerts if alert.entry.facts.get("calendar"))


def _file(alert: Alert) -> Attached:
    entry = alert.entry
    facts = dict(entry.facts["calendar"])
    for name in ("starts_at", "ends_at"):
        facts[name] = parse_datetime(facts[name])
    content = appointment(
        **facts,
        stamped_at=entry.at,
        address=settings.SITE_URL + alert.url if settings.SITE_URL else "",
        is_cancelled=entry.event == CANCELS or alert.person_id in entry.facts.get("dropped", ()),
    )
    return Attached(f"{facts['uid']}.ics", content, "text/calendar")
