"""Drills that stand, go on and end: who is told, and what of ours stands with them.

Handlers run in the relay's transaction, `stand` in the verb's own; both touch the database only.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.workflow.drilling import holds, later
from journal.models import Entry
from journal.relay import subscribe
from notices import relevance
from notices.models import Alert, Climb, Delivery, Notice
from notices.workflow import alert
from teams.models import Person

ENDED, PAUSED, RESUMED = "incident.end_drill", "incident.pause_drill", "incident.resume_drill"
# Beyond what any engine looks at: calls of a drill that stands wait there.
_FAR = timedelta(days=36500)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe(ENDED, ended)
    subscribe(PAUSED, paused)
    subscribe(RESUMED, resumed)
    relevance.say_at_the_end(ENDED)


def ended(entry: Entry) -> None:
    """Whoever was told of the drill may stop playing."""
    _tell_all(entry, _("演练结束，请停止演练动作：%(title)s。%(reason)s"))


def paused(entry: Entry) -> None:
    _tell_all(entry, _("演练暂停，请先停下：%(title)s。%(reason)s"))


def resumed(entry: Entry) -> None:
    _tell_all(entry, _("演练继续：%(title)s"))


def _tell_all(entry: Entry, sentence: str) -> None:
    incident = Incident.objects.get(pk=int(entry.stream.removeprefix("incident:")))
    known = Alert.objects.filter(incident=incident).values("person")
    people = Person.objects.filter(Q(pk__in=known) | Q(pk=incident.reporter_id), is_active=True)
    facts = {"title": incident.title, "reason": entry.facts.get("reason", "")}
    url = incident.get_absolute_url()
    alert(entry, people, incident=incident, text=sentence % facts, url=url, calls=True)


@holds
def stand(incident: Incident, since: datetime, until: datetime | None) -> None:
    """The ladder, the next ways of calls, what waits to be sent, and approvals that are owed."""
    calls = Alert.objects.filter(incident=incident)
    waiting = Delivery.objects.filter(alert__incident=incident, state=Delivery.State.WAITING)
    if until is None:
        calls.filter(next_at__isnull=False).update(next_at=F("next_at") + _FAR)
        waiting.update(due_at=F("due_at") + _FAR, expires_at=F("expires_at") + _FAR)
        return
    climbs = Climb.objects.active().filter(incident=incident)
    for name in ("due_at", "paused_until"):
        climbs.update(**{name: later(name, since, until, armed="started_at")})
    beyond, back = until + _FAR / 2, until - since - _FAR
    _move(calls.filter(next_at__gt=beyond), back, "next_at")
    _move(waiting.filter(due_at__gt=beyond), back, "due_at", "expires_at")
    owed = Notice.objects.filter(incident=incident, approved_at__isnull=True)
    owed.update(ratify_by=later("ratify_by", since, until, armed="published_at"))


def _move(rows: Any, by: timedelta, *fields: str) -> None:
    rows.update(**{name: F(name) + by for name in fields})
