"""Verbs of injects: given by the clock or by hand, held back, let go, skipped, made up."""

import logging
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from drills import authority
from drills.models import Drill, DrillState, Inject
from drills.workflow.gate import lock
from drills.workflow.running import give
from incidents.workflow.gate import require
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person

logger = logging.getLogger(__name__)


def give_due(limit: int = 100) -> int:
    """Give what the clocks of running drills say is due. Gives how many.

    Safe to run twice, side by side: a drill whose row is taken is passed over.
    """
    due = Inject.objects.due(Now()).order_by("due_at", "pk")[:limit]
    given = 0
    for pk, drill in due.values_list("pk", "drill_id"):
        try:
            given += _give_due(pk, drill)
        except Exception:
            logger.exception("inject %s was not given", pk)
    return given


@transaction.atomic
def _give_due(pk: int, drill_pk: int) -> bool:
    rows = Drill.objects.select_for_update(of=("self",), skip_locked=True)
    drill = rows.select_related("started_by").filter(pk=drill_pk).first()
    if drill is None or drill.state != DrillState.RUNNING:
        return False
    at = now()
    inject = drill.injects.filter(pk=pk, state=Inject.State.WAITING, due_at__lte=at).first()
    if inject is None:
        return False
    give(drill, inject, by=None, at=at)
    return True


@transaction.atomic
def give_inject(pk: int, *, by: Person) -> Inject:
    """Give it now, before its time or though it was held back. Whoever is second is told so.

    Raises NotAllowed, Conflict.
    """
    drill, inject = _found(pk, by)
    _insist(inject, Inject.State.WAITING, Inject.State.HELD)
    give(drill, inject, by=by, at=now())
    return inject


@transaction.atomic
def hold_inject(pk: int, *, by: Person, reason: str = "") -> Inject:
    """The clock does not give it; a hand may."""
    drill, inject = _found(pk, by)
    _insist(inject, Inject.State.WAITING)
    return _set(drill, inject, by, Inject.State.HELD, "hold_inject", reason)


@transaction.atomic
def release_inject(pk: int, *, by: Person) -> Inject:
    """The clock gives it again; at once where its time is over."""
    drill, inject = _found(pk, by)
    _insist(inject, Inject.State.HELD)
    return _set(drill, inject, by, Inject.State.WAITING, "release_inject", "")


@transaction.atomic
def skip_inject(pk: int, *, by: Person, reason: str) -> Inject:
    """It is not given at all, for this reason."""
    drill, inject = _found(pk, by)
    reason = require(reason, "reason", _("请写明为什么略过。"))
    _insist(inject, Inject.State.WAITING, Inject.State.HELD)
    inject.settled_at, inject.settled_by = now(), by
    return _set(drill, inject, by, Inject.State.SKIPPED, "skip_inject", reason)


@transaction.atomic
def improvise(pk: int, *, by: Person, role: str, text: str) -> Inject:
    """News that no scenario has, told at once to whoever plays the role.

    Raises NotAllowed, Conflict, Incomplete.
    """
    drill = _controlled(pk, by)
    text = require(text, "text", _("请写明要告诉参演人员什么。"))[:240]
    if not drill.seats.filter(role=role, part="player").exists():
        sentence = _("请选择告诉哪个角色。")
        raise Incomplete(sentence, fields={"role": sentence})
    at = now()
    inject = Inject.objects.create(
        drill=drill, minute=drill.minutes_at(at), role=role, text=text, by_clock=False
    )
    give(drill, inject, by=by, at=at)
    return inject


def _found(pk: int, by: Person) -> tuple[Drill, Inject]:
    """The drill, locked, and its inject as it is now."""
    drill = _controlled(Inject.objects.values_list("drill_id", flat=True).get(pk=pk), by)
    return drill, drill.injects.get(pk=pk)


def _controlled(pk: int, by: Any) -> Drill:
    drill = lock(pk)
    if not authority.controls(drill, by):
        raise NotAllowed(_("演练信息由导调给出。"))
    if drill.state != DrillState.RUNNING:
        raise Conflict(
            _("演练现在是「%(state)s」，不能给出信息。") % {"state": drill.get_state_display()}
        )
    return drill


def _insist(inject: Inject, *states: str) -> None:
    if inject.state not in states:
        raise Conflict(_("这条信息已经是「%(state)s」。") % {"state": inject.get_state_display()})


def _set(drill: Drill, inject: Inject, by: Person, state: str, event: str, reason: str) -> Inject:
    inject.state, inject.reason = state, reason.strip()[:200]
    inject.save()
    facts = {"inject": inject.pk, "text": inject.text, "reason": inject.reason}
    record(drill.stream, f"drill.{event}", by=by, facts=facts)
    return inject
