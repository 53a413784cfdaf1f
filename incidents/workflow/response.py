"""Verbs of the response: confirm, regrade, repair, notify and its waiver."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority, deadlines
from incidents.grading import Worksheet
from incidents.models import Deadline, Grading, Incident, Waiver
from incidents.models.state import UNRESTORED
from incidents.workflow.gate import lock, move, open_checks, require
from journal import rows
from journal.recording import now
from journal.refusals import Incomplete
from plans.models import ChecklistItem, FaultType, Grade
from teams.models import Department, Person

Kind = Deadline.Kind


@transaction.atomic
def confirm(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    fault_type: str,
    level: int,
    convene: bool,
    reason: str,
    affected: Iterable[Department],
    title: str = "",
    windows_closed: int | None = None,
    records_exposed: int | None = None,
    answers: Mapping[int, bool] | None = None,
    difference: str = "",
) -> Incident:
    """Step 2: IT confirms type and extent, grades, and decides on convening (plan, row P9).

    `level` is 1 to 4; `affected` are the departments concerned, at least one; `reason` tells why
    the leading group is convened or not. `answers` are those to the plan's grading questions, by
    position; `difference` tells why the grade is not the one that they propose.
    """
    incident = lock(pk)
    affected = list(affected)
    if fault_type not in FaultType.values:
        raise Incomplete(_("请选择故障类型。"), fields={"fault_type": _("请选择故障类型。")})
    grade = _grade(incident, level)
    sheet, difference = Worksheet(incident, answers), difference.strip()
    at = now()
    move(
        incident,
        "confirm",
        by=by,
        at=at,
        version=version,
        told={
            "fault_type": fault_type,
            "fault": FaultType(fault_type).label,
            "grade": grade.numeral,
            "convene": convene,
            "reason": reason,
            "affected": [department.name for department in affected],
            "windows_closed": windows_closed,
            "records_exposed": records_exposed,
            **sheet.told(level, difference),
        },
        fault_type=fault_type,
        grade=grade,
        convene=convene,
        reason=require(reason, "reason", _("请写明召集或不召集领导小组的理由。")),
        title=title.strip(),
        windows_closed=windows_closed,
        records_exposed=records_exposed,
    )
    if not affected:
        sentence = _("请至少选择一个受影响的科室。")
        raise Incomplete(sentence, fields={"affected": sentence})
    sheet.insist(level, difference)
    sheet.keep(Grading.Verb.CONFIRM, level, difference, by=by, at=at)
    # Nobody was affected before: this verb leads out of the first state, and nothing else adds.
    link = Incident.affected.through
    keys = dict.fromkeys(department.pk for department in affected)
    rows.add(*(link(incident_id=incident.pk, department_id=key) for key in keys))
    deadlines.meet(incident, at, Kind.ACKNOWLEDGE, Kind.CONFIRM)
    deadlines.arm_confirmed(incident)
    return incident


@transaction.atomic
def regrade(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    level: int,
    convene: bool,
    reason: str,
    answers: Mapping[int, bool] | None = None,
    difference: str = "",
) -> Incident:
    """The grade turns out wrong: set it anew with a reason; its clocks start a new epoch.

    `answers` and `difference` as when the fault is confirmed.
    """
    incident = lock(pk)
    reason = require(reason, "reason", _("请写明调整级别的理由。"))
    before, grade = incident.grade, _grade(incident, level)
    convened_before = incident.convene
    sheet, difference = Worksheet(incident, answers), difference.strip()
    at = now()
    move(
        incident,
        "regrade",
        by=by,
        at=at,
        version=version,
        told={
            "grade_before": before.numeral if before else "",
            "grade": grade.numeral,
            "convene": convene,
            "convened_before": convened_before,
            "reason": reason,
            **sheet.told(level, difference),
        },
        grade=grade,
        convene=convene,
        reason=reason,
    )
    sheet.insist(level, difference)
    sheet.keep(Grading.Verb.REGRADE, level, difference, by=by, at=at)
    deadlines.rearm(incident, at)
    return incident


def _grade(incident: Incident, level: int) -> Grade:
    """The grade of this level in the plan version that the incident pins."""
    grade = rows.one(Grade, plan=incident.plan_id, level=level)
    if grade is None:
        sentence = _("请选择级别。")
        raise Incomplete(sentence, fields={"level": sentence})
    return grade


@transaction.atomic
def repair(pk: int, *, by: Person, version: int | None = None, lead: Person) -> Incident:
    """Step 4: a lead repairer takes over; the checklist of the fault type opens (plan, row P11)."""
    incident = lock(pk)
    if not authority.in_fault_group(incident, lead):
        sentence = _("主修人必须是故障应急小组的成员。")
        raise Incomplete(sentence, fields={"lead": sentence})
    at = now()
    move(incident, "repair", by=by, at=at, version=version, told={"lead": str(lead)}, lead=lead)
    open_checks(incident, ChecklistItem.Phase.REPAIR, round_number=0)
    return incident


@transaction.atomic
def notify(
    pk: int,
    *,
    by: Person,
    notice: int,
    next_update_at: datetime.datetime,
    told: dict[str, Any],
) -> Incident:
    """Step 5, beside the repair: a patient notice was published (plan, row P12).

    Called by `notices.workflow` in the transaction that publishes; `notice` is the notice's key,
    `next_update_at` what patients were promised.
    """
    incident = lock(pk)
    at = now()
    move(incident, "notify", by=by, at=at, told={"notice": notice, **told})
    deadlines.arm_next_notice(incident, notice, at, next_update_at)
    return incident


@transaction.atomic
def conclude_notices(pk: int) -> None:
    """The last public notice has ended: no further update is due."""
    incident = lock(pk)
    deadlines.meet(incident, now(), Kind.NEXT_NOTICE)


@transaction.atomic
def retract_notice(pk: int, *, notice: int) -> None:
    """A public notice was taken back: as long as the service does not work, nobody counts as told,
    an earlier waiver says nothing any more, and a first word (or a waiver) is owed again."""
    incident = lock(pk)
    at = now()
    if incident.state in UNRESTORED:
        incident.notified_at = incident.notice_waived_at = None
        incident.save(update_fields=["notified_at", "notice_waived_at"])
        incident.waivers.filter(demand=Waiver.Demand.NOTICE, ended_at=None).update(ended_at=at)
    deadlines.arm_first_notice_again(incident, notice, at)


@transaction.atomic
def await_ratification(pk: int, *, notice: int, due_at: datetime.datetime, holder: str) -> None:
    """A notice went out in an emergency: `holder` (words) owes its approval until `due_at`."""
    incident = lock(pk)
    deadlines.arm_ratification(incident, notice, now(), due_at, holder)


@transaction.atomic
def settle_ratification(pk: int, *, notice: int) -> None:
    """A second person has approved the notice afterwards, or taken it back."""
    incident = lock(pk)
    deadlines.meet(incident, now(), Kind.RATIFY, step=notice)


@transaction.atomic
def waive_notice(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """Step 5 is not needed here; a reason is recorded in place of a notice."""
    incident = lock(pk)
    reason = require(reason, "reason", _("请写明为什么不需要通知患者。"))
    at = now()
    move(incident, "waive_notice", by=by, at=at, version=version, told={"reason": reason})
    Waiver.objects.update_or_create(
        incident=incident,
        demand=Waiver.Demand.NOTICE,
        point="",
        ended_at=None,
        defaults={"reason": reason, "by": by, "at": at},
    )
    deadlines.cancel(incident, at, Kind.FIRST_NOTICE)
    return incident
