"""Promised measures as clocks, for the page of all that run."""

import datetime
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import clocks
from incidents.clocks import Clock
from journal.moments import LAST_YEAR
from reviews.models import ActionItem
from teams.models import Person

_LAST_DAY = datetime.date(LAST_YEAR, 12, 31)


@clocks.source("action", gettext_lazy("整改项"))
def actions(person: Person) -> Iterable[Clock]:
    """Open measures of received reports; a date ends with its day at the hospital. One query."""
    rows = (
        ActionItem.objects.open()
        .select_related("department", "person", "review__incident")
        .order_by("due_on", "pk")[: clocks.MOST]
    )
    zone = timezone.get_default_timezone()
    for row in rows:
        # An older promise for the end of all years must not take this page from everybody.
        day = min(row.due_on, _LAST_DAY)
        end = datetime.datetime.combine(day, datetime.time(), zone)
        yield Clock(
            key=f"action-{row.pk}",
            kind="action",
            what=_("整改：%(measure)s") % {"measure": row.measure},
            about=row.review.incident.marked(str(row.review.incident)),
            holder=str(row.person or row.department),
            due=end + datetime.timedelta(days=1),
            armed=row.review.received_at,
            url=row.get_absolute_url(),
            mine=row.person_id == person.pk
            or (row.person_id is None and row.department_id == person.department_id),
        )
