"""When the hospital's offices work: on its working days, between two times of the local clock."""

import datetime
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.conf import settings

from teams.models.calendar import is_working
from teams.spans import Span, joined, within


def office_hours(
    start: datetime.datetime,
    end: datetime.datetime,
    *,
    zone: ZoneInfo,
    days: Mapping[datetime.date, bool],
) -> list[Span]:
    """Spans in `[start, end)` in which offices work; `days` is the holiday table.

    The hours are `settings.OFFICE_HOURS`; shifted working days count, public holidays do not.
    """
    opens, closes = settings.OFFICE_HOURS
    day = start.astimezone(zone).date()
    found = []
    while day <= end.astimezone(zone).date():
        if is_working(day, days):
            begins, ends = (
                datetime.datetime.combine(day, time, zone).astimezone(datetime.UTC)
                for time in (opens, closes)
            )
            found.append((begins, ends))
        day += datetime.timedelta(days=1)
    return joined(within(found, start, end))
