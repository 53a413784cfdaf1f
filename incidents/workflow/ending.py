"""Verbs of the way back: restore, clean up, review, archive; and the relapse."""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from incidents import authority, deadlines, gates
from incidents.models import Deadline, Incident, Waiver
from incidents.models.state import State
from incidents.workflow.all_clear import revoke
from incidents.workflow.gate import lock, move, open_checks, require
from incidents.workflow.reopening import undo_reopening
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from plans.models import ChecklistItem
from teams.models import Person

Kind = Deadline.Kind


@transaction.atomic
def restore(pk: int, *, by: Person, version: int | None = None) -> Incident:
    """Step 6: the full check begins. Refused until patients were told or that was waived."""
    incident = lock(pk)
    at = now()
    move(incident, "restore", by=by, at=at, version=version, told={"round": incident.round + 1})
    gates.insist(gates.RESTORE, incident)
    open_checks(incident, ChecklistItem.Phase.RESTORE, round_number=incident.round)
    return incident


@transaction.atomic
def fail_restoration(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """Step 6 has failed: back to the repair, with the reason."""
    incident = lock(pk)
    reason = require(reason, "reason", _("请写明哪里没有通过。"))
    at = now()
    move(
        incident,
        "fail_restoration",
        by=by,
        at=at,
        version=version,
        told={"reason": reason, "round": incident.round},
    )
    undo_reopening(incident, by=by, at=at, reason=reason)
    return incident


def finish_restoration(incident: Incident, *, by: Person, at: datetime.datetime) -> bool:
    """Pass the gate if its last condition is met (plan, row P13). The row is locked already."""
    if any(condition.open for condition in gates.conditions(gates.RESTORED, incident)):
        return False
    move(incident, "pass_restoration", by=by, at=at, told={"round": incident.round})
    deadlines.meet(incident, at, Kind.RESTORE)
    return True


@transaction.atomic
def relapse(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """The fault is back during clean-up: one step back into the repair.

    The clock of the restoration starts anew, and that of the first notice where none is public. An
    all clear that was said no longer holds, nor what was reopened, nor what was waived for the
    clean-up: it was waived for a fault that was thought to be over.
    """
    incident = lock(pk)
    reason = require(reason, "reason", _("请写明复发的情况。"))
    at = now()
    standing = incident.waivers.filter(demand=Waiver.Demand.CLEANUP, ended_at__isnull=True)
    waived = list(standing)
    move(
        incident,
        "relapse",
        by=by,
        at=at,
        version=version,
        told={"reason": reason, "waivers_ended": [waiver.point for waiver in waived]},
        is_public=deadlines.is_notice_public(incident),
    )
    deadlines.rearm(incident, at, since=at)
    standing.update(ended_at=at)
    undo_reopening(incident, by=by, at=at, reason=reason)
    revoke(incident, by=by, at=at, reason=reason)
    return incident


@transaction.atomic
def cleanup(pk: int, *, by: Person, version: int | None = None, summary: str) -> Incident:
    """Step 7: summary, and a clean proof of completeness or named waivers (plan, row P14)."""
    incident = lock(pk)
    summary = require(summary, "summary", _("请写处理总结。"))
    at = now()
    move(
        incident,
        "cleanup",
        by=by,
        at=at,
        version=version,
        told={"summary": summary},
        summary=summary,
    )
    gates.insist(gates.CLEANUP, incident)
    deadlines.end_handling(incident, at)
    return incident


@transaction.atomic
def waive(pk: int, *, by: Person, point: str, reason: str) -> Waiver:
    """Set one open point of the clean-up aside, by name and with a reason."""
    incident = lock(pk)
    if not authority.in_fault_group(incident, by):
        raise NotAllowed(_("您没有「豁免未完事项」的权限。"))
    if incident.state != State.CLEANING:
        raise Conflict(_("只有在现场清理时才能豁免未完事项。"))
    reason = require(reason, "reason", _("请写明豁免的理由。"))
    # The label is kept, so it is in the language of the house, whoever acts.
    with translation.override(settings.LANGUAGE_CODE):
        found = {
            condition.key: condition
            for condition in gates.conditions(gates.CLEANUP, incident)
            if condition.open
        }
    if point not in found:
        raise Conflict(_("这一项已经办结或已豁免。"))
    at = now()
    waiver = Waiver.objects.create(
        incident=incident, demand=Waiver.Demand.CLEANUP, point=point, reason=reason, by=by, at=at
    )
    record(
        incident.stream,
        "incident.waive",
        by=by,
        at=at,
        facts={"point": point, "label": found[point].label, "reason": reason},
    )
    return waiver


@transaction.atomic
def close(pk: int, *, by: Person, told: dict[str, Any]) -> Incident:
    """Step 8: the report was received. Called by `reviews.workflow`, whose gate is insisted on."""
    incident = lock(pk)
    at = now()
    move(incident, "close", by=by, at=at, told=told)
    gates.insist(gates.CLOSE, incident)
    return incident
