"""Verbs of a drill that runs: begin, stand, go on, end."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

import incidents.workflow
from drills import authority
from drills.models import Drill, DrillIncident, Inject, Pause
from drills.reading import sound
from drills.workflow.gate import lock, move
from drills.workflow.programme import settle_planned
from incidents.models import Incident
from incidents.models.state import State as IncidentState
from incidents.workflow.gate import require
from journal.recording import now, record
from journal.refusals import Incomplete, Refusal
from teams.models import Person, Service


@transaction.atomic
def start_drill(pk: int, *, by: Person, version: int | None = None) -> Drill:
    """The drill's clock begins. A functional drill opens its incident by the verb of every report,
    marked as a drill and as fast as this one; from then on everything is the real machinery.

    Raises NotAllowed, Conflict, Incomplete where nobody plays or nobody can evaluate.
    """
    drill = lock(pk)
    at = now()
    move(drill, "start", by=by, at=at, version=version, told={"speed": drill.speed})
    if not drill.seats.filter(part="player").exists():
        raise Incomplete(_("还没有人参演，请先安排谁演哪个角色。"))
    if not any(authority.is_employee(drill, person) for person in drill.evaluators()):
        raise Incomplete(_("还没有评估人，请先选一位；没有人评估，演练就得不出结论。"))
    waiting = list(drill.injects.filter(state=Inject.State.WAITING))
    for inject in waiting:
        if inject.by_clock:
            inject.due_at = at + datetime.timedelta(minutes=inject.minute / drill.speed)
    Inject.objects.bulk_update(waiting, ["due_at"])
    for inject in waiting:
        if inject.act == Inject.Act.BEGIN:
            give(drill, inject, by=by, at=at)
    return drill


def give(drill: Drill, inject: Inject, *, by: Person | None, at: datetime.datetime) -> None:
    """Tell an inject, in the transaction that holds the drill's row: into the system where it is a
    report, and to whoever plays its role (`drills.audience`, behind the commit)."""
    refused = ""
    if inject.act and not drill.is_tabletop:
        try:
            with transaction.atomic():
                refused = _enter(drill, inject, by or _starter(drill))
        except Refusal as refusal:
            # A person sees why. The clock has nobody to tell it: what comes next must not wait.
            if by is not None:
                raise
            refused = str(refusal)
    inject.state, inject.settled_at, inject.settled_by = Inject.State.GIVEN, at, by
    inject.save()
    record(
        drill.stream,
        "drill.inject",
        by=by,
        at=at,
        facts={
            "inject": inject.pk,
            "role": inject.role or str(_("导调")),
            "text": inject.text,
            "minute": f"{drill.minutes_at(at):.1f}",
            "refused": refused,
        },
    )


def _enter(drill: Drill, inject: Inject, by: Person) -> str:
    """The report that an inject is. Gives why the system does not take it, or nothing."""
    mark = uuid.uuid5(drill.client_uuid, f"inject-{inject.pk}")
    facts: dict[str, Any] = {"seen": inject.text, "location": inject.place}
    if inject.waiting_people is not None:
        facts["waiting"] = inject.waiting_people
    main = drill.main
    if inject.act == Inject.Act.ADD:
        if main is None or main.state not in _TAKES_REPORTS:
            return str(_("故障已经恢复，不再作为补充报告"))
        incidents.workflow.add_report(main.pk, by=by, client_uuid=mark, **facts)
        return ""
    services: list[Service] = []
    if inject.act == Inject.Act.BEGIN:
        names = sound(drill.scenario_text).services
        services = list(Service.objects.filter(name__in=names))
    incident, _new = incidents.workflow.report(
        by=by,
        services=services,
        client_uuid=mark,
        is_drill=True,
        drill_speed=drill.speed,
        **facts,
    )
    DrillIncident.objects.create(drill=drill, incident=incident)
    return ""


# Where incidents.workflow.add_report takes another report.
_TAKES_REPORTS = ("reported", "confirmed", "commanded", "repairing", "restoring")


def _starter(drill: Drill) -> Person:
    if drill.started_by is None:
        raise ValueError("nothing is given before the drill begins")
    return drill.started_by


@transaction.atomic
def pause_drill(pk: int, *, by: Person, version: int | None = None, reason: str) -> Drill:
    """Everything of the drill stands: its clock, its injects, its incidents' clocks."""
    drill = lock(pk)
    reason = require(reason, "reason", _("请写明为什么暂停，参加的人会看到。"))[:200]
    at = now()
    move(drill, "pause", by=by, at=at, version=version, told={"reason": reason})
    Pause.objects.create(drill=drill, began_at=at, reason=reason)
    for incident in open_incidents(drill):
        incidents.workflow.pause_drill(incident.pk, by=by, reason=reason)
    return drill


@transaction.atomic
def resume_drill(pk: int, *, by: Person, version: int | None = None) -> Drill:
    """The drill goes on with what was left of everything."""
    drill = lock(pk)
    at = now()
    move(drill, "resume", by=by, at=at, version=version)
    go_on(drill, at)
    for incident in open_incidents(drill):
        incidents.workflow.resume_drill(incident.pk, by=by)
    return drill


@transaction.atomic
def end_drill(pk: int, *, by: Person, version: int | None = None, reason: str) -> Drill:
    """The drill is over: what was not given is skipped, its open incidents end as drills, and
    whoever was told of it is told that it is over. Its programme counts it as held.

    An incident that is being reviewed stays: its review takes up what the drill found (P17).
    """
    drill = lock(pk)
    reason = require(reason, "reason", _("请写明为什么结束，参加的人会看到。"))[:200]
    at = now()
    move(drill, "end", by=by, at=at, version=version, told={"reason": reason}, reason=reason)
    stop(drill, by=by, at=at, was_held=True)
    for incident in open_incidents(drill):
        end_incident(incident, by=by, reason=reason)
    return drill


def go_on(drill: Drill, at: datetime.datetime) -> None:
    """In the transaction that lets it go on."""
    pause = drill.pauses.get(ended_at__isnull=True)
    pause.ended_at = at
    pause.save(update_fields=["ended_at"])
    waiting = drill.injects.filter(state__in=[Inject.State.WAITING, Inject.State.HELD])
    waiting.update(due_at=F("due_at") + (at - pause.began_at))


def end_incident(incident: Incident, *, by: Person, reason: str) -> None:
    """With its drill. One that is being reviewed goes on without the drill's clock."""
    if incident.state != IncidentState.REVIEWING:
        incidents.workflow.end_drill(incident.pk, by=by, reason=reason)
    elif incident.paused is not None:
        incidents.workflow.resume_drill(incident.pk, by=by)


def stop(drill: Drill, *, by: Any, at: datetime.datetime, was_held: bool) -> None:
    """In the transaction that ends it: what was not given is skipped; the programme counts it,
    unless it was broken off."""
    drill.pauses.filter(ended_at__isnull=True).update(ended_at=at)
    left = drill.injects.filter(state__in=[Inject.State.WAITING, Inject.State.HELD])
    # Both are kept: in the language of the house, whoever acts.
    with translation.override(settings.LANGUAGE_CODE):
        why, held = _("演练已结束"), _("已举行：%(name)s") % {"name": drill.name}
    left.update(state=Inject.State.SKIPPED, settled_at=at, settled_by=by, reason=why)
    if was_held and drill.planned is not None:
        settle_planned(drill.planned, by=by, at=at, note=held)


def open_incidents(drill: Drill) -> list[Incident]:
    """Those that still run; locked by the verbs that follow, in the order of their keys."""
    return list(Incident.objects.open().filter(drilled__drill=drill).order_by("pk"))
