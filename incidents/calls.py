"""How often people were called: what `teams.workload` cannot know by itself."""

import datetime

from django.db.models import Count

from incidents.models import Incident


def calls(start: datetime.datetime, end: datetime.datetime) -> dict[int, int]:
    """Incidents that each person (by key) was the first to answer between two moments."""
    answered = Incident.objects.real().filter(acknowledged_at__gte=start, acknowledged_at__lt=end)
    rows = answered.order_by().values_list("acknowledged_by").annotate(times=Count("pk"))
    return {person: times for person, times in rows if person is not None}
