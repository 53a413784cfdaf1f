"""Verbs of the staged reopening: window by window, and undone where the fault is back (row P13)."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Check, Incident, Reopening
from incidents.models.state import State
from incidents.workflow.gate import lock
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.models import ChecklistItem
from teams.models import Department, Person


@transaction.atomic
def reopen(pk: int, *, by: Person, department: Department, window: str = "") -> Incident:
    """Open a window of an affected department again, or without `window` the whole of it.

    People of the department and the fault group; once the technical checks of the restoration have
    passed, until the site is cleared. What is open already stays as it is.
    """
    incident = lock(pk)
    own = authority.is_employee(incident, by) and by.department_id == department.pk
    if not own and not authority.in_fault_group(incident, by):
        raise NotAllowed(_("您没有「恢复开放」的权限。"))
    if incident.state not in (State.RESTORING, State.CLEANING):
        raise Conflict(
            _("现在是「%(state)s」，还不能恢复开放。") % {"state": incident.get_state_display()}
        )
    if not incident.affected.filter(pk=department.pk).exists():
        sentence = _("%(department)s不是受影响科室。") % {"department": department}
        raise Incomplete(sentence, fields={"department": sentence})
    left = technical_left(incident)
    if incident.state == State.RESTORING and left:
        raise Incomplete(
            _("技术检查还有 %(left)s 项没有通过，先不要开放。") % {"left": left},
            fields={"department": _("技术检查还没有全部通过。")},
        )
    window = window.strip()[:60]
    open_now = Reopening.objects.standing().filter(incident=incident, department=department)
    if open_now.filter(window__in={"", window}).exists():
        return incident
    at = now()
    opened = Reopening.objects.create(
        incident=incident, department=department, window=window, opened_by=by, opened_at=at
    )
    facts = {
        "reopening": opened.pk,
        "department": department.pk,
        "by_department": str(department),
        "window": window,
    }
    record(incident.stream, "restoration.reopen", by=by, at=at, facts=facts)
    return incident


def technical_left(incident: Incident) -> int:
    """How many checks of this round's restoration have not passed, but for those of departments."""
    return int(
        incident.checks.demanded()
        .filter(round=incident.round)
        .exclude(item__decider=ChecklistItem.Decider.DEPARTMENT)
        .exclude(result__in=[Check.Result.DONE, Check.Result.NOT_APPLICABLE])
        .count()
    )


def undo_reopening(incident: Incident, *, by: Person, at: datetime.datetime, reason: str) -> None:
    """The fault is back: nothing is open any more. The incident's row is locked already."""
    standing = list(
        Reopening.objects.standing().filter(incident=incident).select_related("department")
    )
    if not standing:
        return
    Reopening.objects.filter(pk__in=[row.pk for row in standing]).update(
        undone_at=at, undone_by=by, undone_reason=reason
    )
    facts = {"which": [str(row) for row in standing], "reason": reason}
    record(incident.stream, "restoration.undo_reopening", by=by, at=at, facts=facts)
