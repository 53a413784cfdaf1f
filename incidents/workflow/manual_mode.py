"""Verbs of manual mode (domain, section 3): on and off by one authority, confirmed by each.

Many departments are switched at once; each confirms for itself, and a clock asks for it.
"""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from incidents import authority, deadlines
from incidents.models import Deadline, Incident, ManualMode
from incidents.models.manual_mode import ManualModeQuerySet
from incidents.workflow.gate import lock, move, require
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete
from teams.models import Department, Person

Kind = Deadline.Kind
# A stretch that is expected to last longer than this is no outage but another way of working.
LONGEST = 7 * 24 * 60


@transaction.atomic
def manual_on(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    departments: Iterable[Department],
    reason: str,
    minutes: int,
) -> list[ManualMode]:
    """These departments work on paper from now on. Gives one row for each, to be confirmed.

    `minutes` is how long it is expected to last. A department that is in manual mode for this
    incident already stays as it is, so the same form sent twice switches nobody twice.

    Raises NotAllowed; Conflict, naming it, where a department is in manual mode for another
    incident; Incomplete without departments, reason or duration.
    """
    incident = lock(pk)
    wanted = {department.pk: department for department in departments}
    reason = require(reason, "reason", _("请写明为什么转手工模式。"))
    if not 1 <= minutes <= LONGEST:
        sentence = _("预计时长在 1 分钟到 7 天之间。")
        raise Incomplete(sentence, fields={"minutes": sentence})
    at = now()
    # Who may not, learns nothing of the rest; and a form sent twice is no stale form.
    known = _on_paper(wanted)
    new = [
        department
        for key, department in wanted.items()
        if key not in known or known[key].incident_id != pk
    ]
    if wanted and not new and authority.switches_manual_mode(incident, by):
        return [known[key] for key in wanted]
    move(
        incident,
        "manual_on",
        by=by,
        at=at,
        version=version,
        told={
            "departments": [str(department) for department in new],
            "reason": reason,
            "minutes": minutes,
        },
    )
    if not new:
        sentence = _("请至少选择一个科室。")
        raise Incomplete(sentence, fields={"departments": sentence})
    if not incident.is_drill:
        drills = ManualMode.objects.filter(department__in=new, incident__is_drill=True)
        # Kept, so in the language of the house, whoever acts.
        with translation.override(settings.LANGUAGE_CODE):
            give_back(drills, by=by, at=at, reason=_("科室因真实故障转手工模式"))
        known = _on_paper(wanted)
    _insist_free([known[department.pk] for department in new if department.pk in known])
    _overtake([department.pk for department in new], by=by, at=at)
    for department in new:
        _switch_on(incident, department, by=by, at=at, reason=reason, minutes=minutes)
    return list(
        ManualMode.objects.on()
        .filter(incident=incident, department__in=wanted)
        .select_related("department")
    )


def _on_paper(wanted: Iterable[int]) -> dict[int, ManualMode]:
    found = ManualMode.objects.on().filter(department__in=list(wanted))
    return {mode.department_id: mode for mode in found.select_related("department", "incident")}


def _insist_free(others: list[ManualMode]) -> None:
    said = [
        _("%(department)s已因 %(number)s 转手工模式。")
        % {"department": mode.department, "number": mode.incident.number}
        for mode in others
    ]
    if said:
        raise Conflict(" ".join(said), fields={"departments": " ".join(said)})


def _overtake(departments: list[int], *, by: Person, at: datetime.datetime) -> None:
    """Ends that nobody has confirmed yet, also of other incidents: they are overtaken."""
    leaving = ManualMode.objects.select_for_update(of=("self",)).filter(
        department__in=departments, state=ManualMode.State.LEAVING
    )
    for mode in leaving:
        moving.move(mode, "overtake", by=by, at=at)
        Deadline.objects.running().filter(kind=Kind.MANUAL_OFF, step=mode.pk).update(
            cancelled_at=at
        )


def _switch_on(
    incident: Incident,
    department: Department,
    *,
    by: Person,
    at: datetime.datetime,
    reason: str,
    minutes: int,
) -> None:
    try:
        with transaction.atomic():
            mode = ManualMode.objects.create(
                incident=incident,
                department=department,
                reason=reason,
                expected_minutes=minutes,
                on_at=at,
                on_by=by,
            )
    except IntegrityError:
        # Another incident has taken the department in the same moment.
        _insist_free(list(_on_paper([department.pk]).values()))
        raise
    due = deadlines.arm_receipt(
        incident, Kind.MANUAL_ON, mode.pk, holder=str(department), at=mode.on_at
    )
    _tell(mode, "order_on", by=by, at=at, reason=reason, minutes=minutes, due_at=due)


@transaction.atomic
def manual_off(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    departments: Iterable[Department],
    reason: str = "",
) -> list[ManualMode]:
    """These departments go back to their computers. Gives their rows, each to be confirmed.

    Raises NotAllowed; Incomplete without departments; Conflict, naming them, where one is not in
    manual mode for this incident.
    """
    incident = lock(pk)
    wanted = {department.pk: department for department in departments}
    at = now()
    modes = list(
        ManualMode.objects.on()
        .filter(incident=incident, department__in=wanted)
        .select_related("department", "incident")
    )
    reason = (reason or "").strip()
    move(
        incident,
        "manual_off",
        by=by,
        at=at,
        version=version,
        told={"departments": [str(mode.department) for mode in modes], "reason": reason},
    )
    if not wanted:
        sentence = _("请至少选择一个科室。")
        raise Incomplete(sentence, fields={"departments": sentence})
    if gone := set(wanted) - {mode.department_id for mode in modes}:
        raise Conflict(
            _("%(departments)s现在没有用手工模式。")
            % {"departments": "、".join(str(wanted[key]) for key in sorted(gone))}
        )
    for mode in modes:
        moving.move(mode, "switch_off", by=by, at=at, reason=reason)
        deadlines.cancel(incident, at, Kind.MANUAL_ON, step=mode.pk)
        due = deadlines.arm_receipt(
            incident, Kind.MANUAL_OFF, mode.pk, holder=str(mode.department), at=at
        )
        _tell(mode, "order_off", by=by, at=at, reason=reason, due_at=due)
    return modes


@transaction.atomic
def confirm_manual_on(pk: int, *, by: Person, version: int | None = None) -> ManualMode:
    """The department has gone over to paper, and says so. A second time changes nothing."""
    return _confirm(pk, "confirm_on", Kind.MANUAL_ON, by=by, version=version)


@transaction.atomic
def confirm_manual_off(pk: int, *, by: Person, version: int | None = None) -> ManualMode:
    """The department works with its computers again, and says so."""
    return _confirm(pk, "confirm_off", Kind.MANUAL_OFF, by=by, version=version)


def _confirm(
    pk: int, verb: str, kind: Deadline.Kind, *, by: Person, version: int | None
) -> ManualMode:
    incident = lock(ManualMode.objects.values_list("incident_id", flat=True).get(pk=pk))
    mode = (
        ManualMode.objects.select_for_update(of=("self",))
        .select_related("department", "incident")
        .get(pk=pk)
    )
    done = {"confirm_on": ManualMode.State.ON, "confirm_off": ManualMode.State.ENDED}[verb]
    if mode.state == done and authority.works_in_department(mode, by):
        return mode
    at = now()
    moving.move(mode, verb, by=by, at=at, version=version)
    deadlines.meet(incident, at, kind, step=mode.pk)
    _tell(mode, verb, by=by, at=at)
    return mode


def give_back(modes: ManualModeQuerySet, *, by: Person, at: datetime.datetime, reason: str) -> None:
    """What of these is under way ends at once, with nothing to be confirmed: it was a drill's, and
    the drill is over, or the department has real work."""
    for mode in modes.under_way().select_related("incident", "department").order_by("pk"):
        ManualMode.objects.filter(pk=mode.pk).update(
            state=ManualMode.State.ENDED, off_at=at, off_by=by, off_reason=reason
        )
        Deadline.objects.running().filter(
            kind__in=[Kind.MANUAL_ON, Kind.MANUAL_OFF], step=mode.pk
        ).update(cancelled_at=at)
        _tell(mode, "give_back", by=by, at=at, reason=reason)


def hand_over(incident: Incident, into: Incident) -> None:
    """The incident is merged: who works on paper because of it goes on because of `into`."""
    ManualMode.objects.filter(incident=incident).update(incident=into)
    Deadline.objects.running().filter(
        incident=incident, kind__in=[Kind.MANUAL_ON, Kind.MANUAL_OFF]
    ).update(incident=into)


def _tell(
    mode: ManualMode, verb: str, *, by: Person, at: datetime.datetime, **facts: object
) -> None:
    record(
        mode.incident.stream,
        f"manual.{verb}",
        by=by,
        at=at,
        facts={
            "mode": mode.pk,
            "department": mode.department_id,
            "by_department": str(mode.department),
            **facts,
        },
    )
