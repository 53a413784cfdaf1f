"""What comes to a drill from elsewhere: its incident was stopped, or all drills at once."""

import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

import incidents.workflow
from drills.models import Drill, DrillIncident, DrillState, Pause
from drills.workflow.gate import lock, move
from drills.workflow.running import end_incident, go_on, open_incidents, stop
from incidents.models import Incident
from incidents.models.state import State as IncidentState
from incidents.practice import Practice
from journal.models import Entry
from journal.recording import now
from journal.refusals import Refusal
from teams.models import Person


def follow(entry: Entry) -> None:
    """A drill's incident was paused, resumed or ended on its own page: the drill does the same, and
    so do its other incidents. Called by the relay; again changes nothing, and neither does news
    that something later has overtaken."""
    pk = int(entry.stream.removeprefix("incident:"))
    link = DrillIncident.objects.filter(incident=pk).first()
    if link is None:
        return
    drill = lock(link.drill_id)
    verb = entry.event.removeprefix("incident.").removesuffix("_drill")
    if _is_news(verb, entry, link, drill):
        reason = str(entry.facts.get("reason", ""))
        pause = link.incident.paused
        at = pause.at if verb == "pause" and pause is not None else entry.at
        if _do(drill, verb, entry.actor_name, reason, at):
            _with_the_others(drill, verb, entry)


def _is_news(verb: str, entry: Entry, link: DrillIncident, drill: Drill) -> bool:
    """Does it still hold? An entry may come late: its incident went on, or stands again."""
    stands = link.incident.paused is not None
    if verb == "pause":
        return stands
    if verb == "resume":
        pause = drill.pauses.filter(ended_at__isnull=True).first()
        return not stands and pause is not None and pause.began_at <= entry.at
    return _is_main(link, drill)


def _with_the_others(drill: Drill, verb: str, entry: Entry) -> None:
    """Its other open incidents, in the name of whoever stopped or resumed the one."""
    key = entry.actor.removeprefix("person:")
    by = Person.objects.filter(pk=key).first() if key.isdecimal() else None
    if by is None:
        return
    reason = str(entry.facts.get("reason", "")) or str(_("另有真实故障"))
    for incident in open_incidents(drill):
        try:
            with transaction.atomic():
                if verb == "pause":
                    incidents.workflow.pause_drill(incident.pk, by=by, reason=reason)
                elif verb == "resume":
                    incidents.workflow.resume_drill(incident.pk, by=by)
                else:
                    end_incident(incident, by=by, reason=reason)
        except Refusal:
            # Over at this moment, or no longer theirs to stop: the drill itself has done it.
            continue


def _is_main(link: DrillIncident, drill: Drill) -> bool:
    main = drill.main
    return main is not None and link.incident_id == main.pk


def _do(drill: Drill, verb: str, who: str, reason: str, at: datetime.datetime) -> bool:
    """Give whether it changes anything. One that is ended so was broken off: it was not held."""
    reason = reason[:200] or str(_("另有真实故障"))
    told = {"reason": reason, "who": who}
    if verb == "pause" and drill.state == DrillState.RUNNING:
        move(drill, "pause", by=None, at=at, told=told)
        Pause.objects.create(drill=drill, began_at=at, reason=reason)
        return True
    if verb == "resume" and drill.state == DrillState.PAUSED:
        move(drill, "resume", by=None, at=at, told=told)
        go_on(drill, at)
        return True
    if verb == "end" and drill.is_under_way:
        move(drill, "end", by=None, at=at, told=told, reason=reason)
        stop(drill, by=None, at=at, was_held=False)
        return True
    return False


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
    """A real fault: every drill that is under way stands, goes on or ends at once, and gives
    nothing in between. Each row is locked before any incident is, as in a drill's own verbs."""
    for pk in Drill.objects.under_way().order_by("pk").values_list("pk", flat=True):
        _do(lock(pk), verb, str(by), reason, now())
