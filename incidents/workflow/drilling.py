"""Verbs of drills that run: pause, go on, end, one of them or all (plan, row P21).

A pause lets every clock of the drill stand; afterwards it goes on with what was left of it. Rooms
above hold clocks of their own: they say here how these are stopped and moved (`holds`).
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import ExpressionWrapper, F, Value
from django.db.models.fields import DateTimeField
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from incidents import authority, deadlines, practice
from incidents.models import Deadline, DrillPause, Incident, ManualMode
from incidents.workflow import manual_mode
from incidents.workflow.gate import lock, move, require
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from teams.models import Person

# Called with the drill, its row locked, and since when it has stood: when the pause begins (`None`
# for the moment of its end), and when it ends.
Hold = Callable[[Incident, datetime, datetime | None], None]
_holds: list[Hold] = []


def holds(function: Hold) -> Hold:
    """Register what must happen to clocks of a room above when a drill stands and goes on."""
    _holds.append(function)
    return function


def later(field: str, since: datetime, at: datetime, armed: str = "") -> ExpressionWrapper:
    """A column's moment after a pause from `since` to `at`: so much later. What was armed (the
    column `armed`) in the pause stood only from then on."""
    stood: object = Value(at - since)
    if armed:
        stood = Value(at) - Greatest(F(armed), Value(since))
    return ExpressionWrapper(F(field) + stood, output_field=DateTimeField())  # type: ignore[operator]


@transaction.atomic
def pause_drill(pk: int, *, by: Person, reason: str) -> Incident:
    """The drill stands: no clock of it runs out, nobody is called for it. Again changes nothing.

    Raises NotAllowed, Conflict for what is no drill or is over, Incomplete without a reason.
    """
    incident = _controlled(pk, by, _("暂停演练"))
    reason = require(reason, "reason", _("请写明为什么暂停，参加的人会看到。"))[:200]
    if incident.paused is None:
        _pause(incident, by, reason)
    return incident


def _pause(incident: Incident, by: Person, reason: str) -> None:
    at = now()
    DrillPause.objects.create(incident=incident, at=at, by=by, reason=reason)
    for hold in _holds:
        hold(incident, at, None)
    record(incident.stream, "incident.pause_drill", by=by, at=at, facts={"reason": reason})


@transaction.atomic
def resume_drill(pk: int, *, by: Person) -> Incident:
    """The drill goes on; each of its clocks with what was left of it. Again changes nothing.

    Raises NotAllowed, Conflict for what is no drill or is over.
    """
    incident = _controlled(pk, by, _("继续演练"))
    if incident.paused is not None:
        _resume(incident, by)
    return incident


def _resume(incident: Incident, by: Person) -> None:
    at, pause = now(), incident.paused
    since: datetime = pause.at
    pause.until = at
    pause.save(update_fields=["until"])
    waiting = Deadline.objects.running().filter(incident=incident, passed_at__isnull=True)
    waiting.update(due_at=later("due_at", since, at, armed="armed_at"))
    incident.orders.open().update(due_at=later("due_at", since, at, armed="issued_at"))
    for hold in _holds:
        hold(incident, since, at)
    stood = round((at - since).total_seconds())
    record(incident.stream, "incident.resume_drill", by=by, at=at, facts={"seconds": stood})


@transaction.atomic
def end_drill(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """The drill ends where it stands: its clocks are cancelled, departments go back from paper, and
    whoever was told of it is told that it is over (`notices.drill_audience`).

    Raises NotAllowed, Conflict for what is no drill or is over, Incomplete without a reason.
    """
    incident = _controlled(pk, by, _("结束演练"))
    reason = require(reason, "reason", _("请写明为什么结束，参加的人会看到。"))
    return _end(incident, by, reason, version)


def _end(incident: Incident, by: Person, reason: str, version: int | None = None) -> Incident:
    at = now()
    move(
        incident, "end_drill", by=by, at=at, version=version, told={"reason": reason}, reason=reason
    )
    if (pause := incident.paused) is not None:
        pause.until = at
        pause.save(update_fields=["until"])
    deadlines.cancel(incident, at)
    # No real fault may find a department occupied by a drill.
    manual_mode.give_back(ManualMode.objects.filter(incident=incident), by=by, at=at, reason=reason)
    return incident


def pause_all_drills(*, by: Person, reason: str) -> list[Incident]:
    """A real fault during drills: all of them stand. Gives those that stand now and did not before.

    Raises NotAllowed, Incomplete without a reason.
    """
    return _all("pause", by, reason, lambda drill, why: _pause(drill, by, why), paused=False)


def resume_all_drills(*, by: Person) -> list[Incident]:
    """All drills that stand go on. Raises NotAllowed."""
    return _all("resume", by, "-", lambda drill, _why: _resume(drill, by), paused=True)


def end_all_drills(*, by: Person, reason: str) -> list[Incident]:
    """A real fault during drills: all of them end. Gives those that this has ended.

    Raises NotAllowed, Incomplete without a reason.
    """
    return _all("end", by, reason, lambda drill, why: _end(drill, by, why))


@transaction.atomic
def _all(
    verb: str,
    by: Person,
    reason: str,
    do: Callable[[Incident, str], object],
    *,
    paused: bool | None = None,
) -> list[Incident]:
    """Each open drill, locked in the order of their keys; `paused`: only those that stand, or do
    not. What else is practice comes first, as a drill's own verbs lock it before its incidents."""
    if not authority.leads_drills(None, by):
        raise NotAllowed(_("所有演练一起暂停、继续或结束，由各小组组长、副组长和管理员决定。"))
    reason = require(reason, "reason", _("请写明原因，参加的人会看到。"))[:200]
    practice.act_on_all(verb, by, reason)
    done = []
    for pk in Incident.objects.drills().open().order_by("pk").values_list("pk", flat=True):
        drill = lock(pk)
        if drill.is_open and paused in (None, drill.paused is not None):
            do(drill, reason)
            done.append(drill)
    return done


def _controlled(pk: int, by: Person, what: str) -> Incident:
    incident = lock(pk)
    if not authority.controls_drill(incident, by):
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": what})
    if not incident.is_drill:
        raise Conflict(_("%(number)s 是真实的故障，不是演练。") % {"number": incident.number})
    if not incident.is_open:
        raise Conflict(_("演练 %(number)s 已经结束。") % {"number": incident.number})
    return incident
