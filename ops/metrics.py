"""Figures for Prometheus: how old the queue is, how late the engine, what became of messages.

Read from PostgreSQL when asked, so that every process answers the same.
"""

import datetime
import ipaddress

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from incidents.models import Deadline, DrillPause, Incident
from journal.models import Entry
from journal.recording import now
from notices.models import Climb, Delivery
from ops.reachable import look
from ops.workflow import age_of_beat


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """With `METRICS_TOKEN` for who sends it (`Authorization: Bearer …`); without one only for
    callers on this machine."""
    if not _may(request):
        raise PermissionDenied
    return HttpResponse(generate_latest(_read()), content_type=CONTENT_TYPE_LATEST)


def _may(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        said = request.headers.get("Authorization", "")
        return constant_time_compare(said, f"Bearer {settings.METRICS_TOKEN}")
    # Behind a proxy everybody comes from the proxy's address: then a token is needed.
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _read() -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, words: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(f"yingji_{name}", words, labels, registry=registry)

    report, at = look(), now()
    reachable = gauge("reachable", "Can the hospital be called: 0 well, 1 weak, 2 bad.")
    reachable.set(int(report.grade))
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=Now())
    queue = waiting.aggregate(count=Count("pk"), oldest=Min("due_at"))
    gauge("queue_messages", "Messages that are due and wait.").set(queue["count"])
    age = (at - queue["oldest"]).total_seconds() if queue["oldest"] else 0
    gauge("queue_age_seconds", "How long the oldest of them has waited.").set(max(0, age))
    lag = gauge("lag_seconds", "How late the engine is, by what it does.", ("of",))
    for of, moment in _oldest().items():
        lag.labels(of).set(max(0, (at - moment).total_seconds()) if moment else 0)
    beats = gauge("heartbeat_age_seconds", "Since a part was last known to live.", ("part",))
    for part in ("beat", "sender", "watchdog"):
        beat = age_of_beat(part)
        beats.labels(part).set(float("nan") if beat is None else beat)
    outcomes = gauge(
        "outcomes_24h", "Tries of the last 24 hours, by channel.", ("channel", "result")
    )
    closed = gauge("circuit_open", "1 while a channel is spared.", ("channel",))
    for one in report.channels:
        outcomes.labels(one.channel.name, "sent").set(one.sent)
        outcomes.labels(one.channel.name, "failed").set(one.failed)
        closed.labels(one.channel.name).set(int(one.is_closed))
    gauge("incidents_open", "Incidents that are not archived.").set(
        Incident.objects.real().open().count()
    )
    gauge("ladders_active", "Ladders being climbed or paused.").set(Climb.objects.active().count())
    return registry


def _oldest() -> dict[str, datetime.datetime | None]:
    """The moment of the oldest thing that is due and not done, by kind."""
    due = Q(due_at__lte=Now())
    deadlines = Deadline.objects.running().filter(due, passed_at__isnull=True)
    # The clocks of a drill that stands are not late.
    deadlines = deadlines.exclude(incident__in=DrillPause.objects.standing())
    return {
        "deadlines": deadlines.aggregate(oldest=Min("due_at"))["oldest"],
        "ladders": Climb.objects.active().filter(due).aggregate(oldest=Min("due_at"))["oldest"],
        "relay": Entry.objects.filter(relayed_at__isnull=True, poison__isnull=True).aggregate(
            oldest=Min("at")
        )["oldest"],
    }
