"""What comes to a drill from elsewhere: its incident was stopped, or all drills at once."""

import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from drills.models import Drill, DrillIncident, DrillState, Pause
from drills.workflow.gate import lock, move
from drills.workflow.running import go_on, stop
from incidents.models import Incident
from incidents.models.state import State as IncidentState
from incidents.practice import Practice
from journal.models import Entry
from journal.recording import now
from teams.models import Person


def follow(entry: Entry) -> None:
    """A drill's incident was paused, resumed or ended by somebody who stops all drills: the drill
    does the same. Called by the relay; again changes nothing."""
    pk = int(entry.stream.removeprefix("incident:"))
    link = DrillIncident.objects.filter(incident=pk).first()
    if link is None:
        return
    drill = lock(link.drill_id)
    verb = entry.event.removeprefix("incident.").removesuffix("_drill")
    if verb != "end" or _is_main(link, drill):
        reason = str(entry.facts.get("reason", ""))
        _do(drill, verb, entry.actor_name, reason, entry.at)


def _is_main(link: DrillIncident, drill: Drill) -> bool:
    main = drill.main
    return main is not None and link.incident_id == main.pk


def _do(drill: Drill, verb: str, who: str, reason: str, at: datetime.datetime) -> None:
    reason = reason[:200] or str(_("另有真实故障"))
    told = {"reason": reason, "who": who}
    if verb == "pause" and drill.state == DrillState.RUNNING:
        move(drill, "pause", by=None, at=at, told=told)
        Pause.objects.create(drill=drill, began_at=at, reason=reason)
    elif verb == "resume" and drill.state == DrillState.PAUSED:
        move(drill, "resume", by=None, at=at, told=told)
        go_on(drill, at)
    elif verb == "end" and drill.is_under_way:
        move(drill, "end", by=None, at=at, told=told, reason=reason)
        stop(drill, by=None, at=at)


def _without_incident() -> list[Drill]:
    """Under way with no open incident that could tell them: at a table, or played to the end."""
    with_one = DrillIncident.objects.filter(incident__in=Incident.objects.open())
    return list(Drill.objects.under_way().exclude(pk__in=with_one.values("drill")).order_by("pk"))


def under_way() -> list[Practice]:
    """Without those that end at this moment with their incident. A fixed number of queries."""
    found = _without_incident()
    prefetch_related_objects(found, "links__incident")
    return [
        Practice(str(drill), drill.get_absolute_url(), drill.state == DrillState.PAUSED)
        for drill in found
        if all(link.incident.state != IncidentState.STOPPED for link in drill.links.all()[:1])
    ]


def with_all(verb: str, by: Person, reason: str) -> None:
    """A real fault: those without an open incident do what all drills do."""
    for drill in _without_incident():
        _do(lock(drill.pk), verb, str(by), reason, now())
