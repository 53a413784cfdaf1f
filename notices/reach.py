"""Who was reached by what and when: what the incident's page and the banner show."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from incidents.models import Incident
from notices import relevance
from notices.models import Alert, Climb, Delivery
from notices.ringing import ASK
from plans.marks import DRILL

# The newest calls of an incident; older ones stand in the timeline.
MOST_ENTRIES = 8
# A banner that names more than these is not read.
MOST_UNREACHED = 5


@dataclass
class Reached:
    """One person who was called about one thing: the alert, and each way that was taken."""

    alert: Alert
    ways: list[Delivery] = field(default_factory=list)


@dataclass
class Called:
    """One thing that people were called about, and who of them has it."""

    first: Alert
    people: list[Reached] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(one.alert.acknowledged_at is not None for one in self.people)

    @property
    def seen(self) -> int:
        return sum(one.alert.is_answered for one in self.people)


def reach(incident: Incident) -> list[Called]:
    """The calls of an incident, newest first. Three queries, whatever the number of rows."""
    entries = list(
        Alert.objects.filter(incident=incident, calls=True)
        .order_by("-entry")
        .values_list("entry", flat=True)
        .distinct()[:MOST_ENTRIES]
    )
    alerts = (
        Alert.objects.filter(incident=incident, calls=True, entry__in=entries)
        .select_related("person", "noted_by")
        .order_by("-entry", "pk")
    )
    ways: dict[int, list[Delivery]] = defaultdict(list)
    taken = Delivery.objects.filter(alert__in=[alert.pk for alert in alerts])
    for one in taken.select_related("channel").order_by("pk"):
        if one.alert_id is not None:
            ways[one.alert_id].append(one)
    called: dict[int, Called] = {}
    for alert in alerts:
        group = called.setdefault(alert.entry_id, Called(alert))
        group.people.append(Reached(alert, ways[alert.pk]))
    return list(called.values())


def exhausted() -> list[Climb]:
    """Ladders that have come to their end without an answer, newest first."""
    spent = Climb.objects.active().filter(exhausted_at__isnull=False, incident__is_drill=False)
    return list(spent.select_related("incident").order_by("-exhausted_at")[:MOST_UNREACHED])


def unreached() -> list[Alert]:
    """Calls that reached nobody at all and are still wanted: one alert for each, newest first."""
    since = timezone.now() - timedelta(hours=24)
    spent = (
        Alert.objects.unreached()
        .filter(calls=True, created_at__gt=since)
        # Practice raises no alarm.
        .exclude(text__startswith=DRILL)
        # Whom a ladder calls next is its own matter, and its end has a banner of its own. Of an
        # alarm about a call that reached nobody, the call itself stands here already.
        .exclude(Q(entry__event__startswith="ladder.") | Q(entry__event="delivery.exhausted"))
        # Whoever rings sees whom to ring in a banner of its own.
        .exclude(entry__event=ASK)
        .select_related("entry", "incident")
        .order_by("-entry", "pk")
    )
    found: dict[int, Alert] = {}
    for alert in spent:
        found.setdefault(alert.entry_id, alert)
    reached = set(
        Alert.objects.filter(entry__in=found)
        .exclude(seen_at__isnull=True, acknowledged_at__isnull=True)
        .values_list("entry", flat=True)
    )
    wanted = [
        alert
        for entry, alert in found.items()
        if entry not in reached and not relevance.unwanted(alert)
    ]
    return wanted[:MOST_UNREACHED]
