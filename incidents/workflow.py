"""The incident's verbs: the only code that writes incidents.

Each verb is one transaction: lock the incident, check person and version, move the machine, arm
and end the clocks, record it in the journal. A refusal (`journal.refusals`) leaves nothing behind.
`version` is what the person saw when the form was opened; None where there was no form.

Orders are in `incidents.orders`, checks and evidence in `incidents.proof`.
"""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import journal.recording
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from incidents import authority, deadlines, gates
from incidents.models import Check, Deadline, Incident, Report, Waiver
from incidents.models.incident import NOTICE_TRACK, State
from journal import moving
from journal.recording import record
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.models import ChecklistItem, Grade
from teams.models import Department, Person, Service

Kind = Deadline.Kind


def _lock(pk: int) -> Incident:
    """The incident's row, locked. Every verb on an incident or its parts begins with it."""
    return (
        Incident.objects.select_for_update(of=("self",))
        .select_related("grade", "plan", "reporter")
        .get(pk=pk)
    )


def _move(
    incident: Incident,
    verb: str,
    *,
    by: Person | None,
    at: datetime.datetime,
    version: int | None = None,
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> Incident:
    """The one gate: permission, version, machine, journal. `told` is what the journal keeps."""
    before = incident.state
    moving.move(incident, verb, by=by, at=at, version=version, **facts)
    entry = {"version": incident.version, **(told or {})}
    if incident.state != before:
        entry |= {"from": before, "to": incident.state}
    record(incident.stream, f"incident.{verb}", by=by, facts=entry, at=at)
    return incident


def require(text: str, field: str, sentence: str) -> str:
    """The text without blanks around it; refuses where nothing is left."""
    text = (text or "").strip()
    if not text:
        raise Incomplete(sentence, fields={field: sentence})
    return text


# 1 报告 ----------------------------------------------------------------------------------------


def report(
    *,
    by: Person,
    seen: str,
    services: Iterable[Service] = (),
    location: str = "",
    department: Department | None = None,
    waiting: int | None = None,
    client_uuid: uuid.UUID | None = None,
    relapse_of: Incident | None = None,
) -> tuple[Incident, bool]:
    """Step 1: report a fault. Gives the incident and whether it is new.

    Demands what is seen, and an affected service or a location (plan, row P8). The same
    `client_uuid` from the same person gives the same incident, however often it is sent.
    The clocks of the plan start in the same transaction.

    Raises NotAllowed, Incomplete, or Conflict when the `client_uuid` is somebody else's.
    """
    if not authority.is_employee(None, by):
        raise NotAllowed(_("您没有「报告故障」的权限。"))
    services = list(services)
    seen = require(seen, "seen", _("请写一句看到了什么,例如「挂号界面一直转圈」。"))
    if not services and not location.strip() and department is None:
        sentence = _("请选择什么用不了,或填写地点。")
        raise Incomplete(sentence, fields={"services": sentence})
    client_uuid = client_uuid or uuid.uuid4()
    try:
        with transaction.atomic():
            incident = _begin(
                by=by,
                seen=seen,
                services=services,
                location=location.strip(),
                department=department,
                waiting=waiting,
                client_uuid=client_uuid,
                relapse_of=relapse_of,
            )
    except IntegrityError:
        known = Incident.objects.filter(client_uuid=client_uuid).first()
        if known is None:
            raise
        if known.reporter_id != by.pk:
            raise Conflict(_("这个提交标识已被使用,请刷新页面后重新提交。")) from None
        return known, False
    return incident, True


def _begin(*, by: Person, services: list[Service], **facts: Any) -> Incident:
    grade = (
        Grade.objects.select_related("plan")
        .filter(plan__status="published", level=models_provisional())
        .get()
    )
    at = journal.recording.now()
    incident = Incident(
        reporter=by,
        reported_at=at,
        plan=grade.plan,
        title=_headline(services, facts["location"], facts["department"], facts["seen"]),
        **facts,
    )
    incident.save(force_insert=True)
    if services:
        link = Incident.services.through
        link.objects.bulk_create(
            link(incident_id=incident.pk, service_id=service.pk) for service in services
        )
    deadlines.arm_report(incident, grade)
    record(
        incident.stream,
        "incident.report",
        by=by,
        at=at,
        facts={
            "to": incident.state,
            "version": incident.version,
            "seen": incident.seen,
            "services": [service.name for service in services],
            "location": incident.location,
            "department": facts["department"] and facts["department"].name,
            "waiting": incident.waiting,
            "plan": grade.plan.number,
            "provisional": grade.numeral,
            "relapse_of": incident.relapse_of_id,
        },
    )
    return incident


def _headline(
    services: Sequence[Service], location: str, department: Department | None, seen: str
) -> str:
    """A title to begin with; IT may put it better on confirming."""
    where = location or (department.name if department else "")
    what = "、".join(service.name for service in services)
    if what:
        return f"{where}{what}故障"[:120]
    return f"{where}:{seen}"[:120]


def add_report(
    pk: int,
    *,
    by: Person,
    seen: str,
    location: str = "",
    waiting: int | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Report:
    """Somebody else sees the same fault: kept with the incident instead of a duplicate.

    Raises NotAllowed, Incomplete, or Conflict when the incident is no longer unrestored.
    """
    if not authority.is_employee(None, by):
        raise NotAllowed(_("您没有「报告故障」的权限。"))
    seen = require(seen, "seen", _("请写一句看到了什么。"))
    client_uuid = client_uuid or uuid.uuid4()
    with transaction.atomic():
        incident = _lock(pk)
        known = Report.objects.filter(client_uuid=client_uuid).first()
        if known is not None:
            return known
        if incident.state not in (State.REPORTED, *NOTICE_TRACK):
            raise Conflict(_("这起故障已经恢复或结束,请作为新的故障报告。"))
        at = journal.recording.now()
        added = Report.objects.create(
            incident=incident,
            client_uuid=client_uuid,
            reporter=by,
            at=at,
            seen=seen,
            location=location.strip(),
            waiting=waiting,
        )
        record(
            incident.stream,
            "incident.add_report",
            by=by,
            at=at,
            facts={"seen": seen, "location": added.location, "waiting": waiting},
        )
    return added


@transaction.atomic
def acknowledge(pk: int, *, by: Person, version: int | None = None) -> Incident:
    """IT has seen the report. Acknowledging again changes nothing and says who was first."""
    incident = _lock(pk)
    if incident.acknowledged_at is not None and authority.is_it_on_duty(incident, by):
        if incident.acknowledged_by_id == by.pk:
            return incident
        raise Conflict(_("%(who)s已经确认收到。") % {"who": incident.acknowledged_by})
    at = journal.recording.now()
    # A report that was joined by another since the page was opened is still to be acknowledged,
    # so the version is not compared.
    _move(incident, "acknowledge", by=by, at=at)
    deadlines.meet(incident, at, Kind.ACKNOWLEDGE)
    return incident


# 2 确认 ----------------------------------------------------------------------------------------


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
) -> Incident:
    """Step 2: IT confirms type and extent, grades, and decides on convening (plan, row P9).

    `level` is 1 to 4; `affected` are the departments concerned, at least one; `reason` tells why
    the leading group is convened or not.
    """
    incident = _lock(pk)
    affected = list(affected)
    at = journal.recording.now()
    grade = _grade(incident, level)
    _move(
        incident,
        "confirm",
        by=by,
        at=at,
        version=version,
        told={
            "fault_type": fault_type,
            "fault": str(_fault_label(fault_type)),
            "grade": grade.numeral,
            "convene": convene,
            "reason": reason,
            "affected": [department.name for department in affected],
            "windows_closed": windows_closed,
            "records_exposed": records_exposed,
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
    incident.affected.set(affected)
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
) -> Incident:
    """The grade turns out wrong: set it anew with a reason; its clocks start a new epoch."""
    incident = _lock(pk)
    reason = require(reason, "reason", _("请写明调整级别的理由。"))
    before, grade = incident.grade, _grade(incident, level)
    at = journal.recording.now()
    _move(
        incident,
        "regrade",
        by=by,
        at=at,
        version=version,
        told={
            "grade_before": before.numeral if before else "",
            "grade": grade.numeral,
            "convene": convene,
            "reason": reason,
        },
        grade=grade,
        convene=convene,
    )
    deadlines.rearm(incident, at)
    return incident


def _grade(incident: Incident, level: int) -> Grade:
    """The grade of this level in the plan version that the incident pins."""
    grade = Grade.objects.filter(plan=incident.plan_id, level=level).first()
    if grade is None:
        sentence = _("请选择级别。")
        raise Incomplete(sentence, fields={"level": sentence})
    return grade


# 4 修复 ----------------------------------------------------------------------------------------


@transaction.atomic
def repair(pk: int, *, by: Person, version: int | None = None, lead: Person) -> Incident:
    """Step 4: a lead repairer takes over; the checklist of the fault type opens (plan, row P11)."""
    incident = _lock(pk)
    if not authority.in_fault_group(incident, lead):
        sentence = _("主修人必须是故障应急小组的成员。")
        raise Incomplete(sentence, fields={"lead": sentence})
    at = journal.recording.now()
    _move(
        incident, "repair", by=by, at=at, version=version, told={"lead": str(lead)}, lead=lead
    )
    _open_checks(incident, ChecklistItem.Phase.REPAIR, round_number=0)
    return incident


def _open_checks(incident: Incident, phase: str, *, round_number: int) -> None:
    items = ChecklistItem.objects.filter(
        plan=incident.plan_id, phase=phase, fault_type__in=["", incident.fault_type]
    ).order_by("fault_type", "position")
    Check.objects.bulk_create(
        [Check(incident=incident, item=item, round=round_number) for item in items],
        ignore_conflicts=True,
    )


# 5 通知(并行) ---------------------------------------------------------------------------------


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
    incident = _lock(pk)
    at = journal.recording.now()
    _move(incident, "notify", by=by, at=at, told={"notice": notice, **told})
    deadlines.arm_next_notice(incident, notice, at, next_update_at)
    return incident


@transaction.atomic
def conclude_notices(pk: int) -> None:
    """The last public notice has ended: no further update is due."""
    incident = _lock(pk)
    deadlines.meet(incident, journal.recording.now(), Kind.NEXT_NOTICE)


@transaction.atomic
def waive_notice(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """Step 5 is not needed here; a reason is recorded in place of a notice."""
    incident = _lock(pk)
    reason = require(reason, "reason", _("请写明为什么不需要通知患者。"))
    at = journal.recording.now()
    _move(incident, "waive_notice", by=by, at=at, version=version, told={"reason": reason})
    Waiver.objects.update_or_create(
        incident=incident,
        demand=Waiver.Demand.NOTICE,
        point="",
        defaults={"reason": reason, "by": by, "at": at},
    )
    deadlines.cancel(incident, at, Kind.FIRST_NOTICE)
    return incident


# 6 恢复 ----------------------------------------------------------------------------------------


@transaction.atomic
def restore(pk: int, *, by: Person, version: int | None = None) -> Incident:
    """Step 6: the full check begins. Refused until patients were told or the waiver is on record."""
    incident = _lock(pk)
    at = journal.recording.now()
    _move(incident, "restore", by=by, at=at, version=version, told={"round": incident.round + 1})
    gates.insist(gates.RESTORE, incident)
    _open_checks(incident, ChecklistItem.Phase.RESTORE, round_number=incident.round)
    return incident


@transaction.atomic
def fail_restoration(
    pk: int, *, by: Person, version: int | None = None, reason: str
) -> Incident:
    """Step 6 has failed: back to the repair, with the reason."""
    incident = _lock(pk)
    reason = require(reason, "reason", _("请写明哪里没有通过。"))
    return _move(
        incident,
        "fail_restoration",
        by=by,
        at=journal.recording.now(),
        version=version,
        told={"reason": reason, "round": incident.round},
    )


def finish_restoration(incident: Incident, *, by: Person, at: datetime.datetime) -> bool:
    """Pass the gate if its last condition is met (plan, row P13). The row is locked already."""
    if any(condition.open for condition in gates.conditions(gates.RESTORED, incident)):
        return False
    _move(incident, "pass_restoration", by=by, at=at, told={"round": incident.round})
    deadlines.meet(incident, at, Kind.RESTORE)
    return True


@transaction.atomic
def relapse(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """The fault is back during clean-up: one step back into the repair."""
    incident = _lock(pk)
    reason = require(reason, "reason", _("请写明复发的情况。"))
    at = journal.recording.now()
    _move(incident, "relapse", by=by, at=at, version=version, told={"reason": reason})
    incident.epoch += 1
    incident.save(update_fields=["epoch"])
    deadlines.rearm(incident, at)
    return incident


# 7 清理 ----------------------------------------------------------------------------------------


@transaction.atomic
def cleanup(pk: int, *, by: Person, version: int | None = None, summary: str) -> Incident:
    """Step 7: summary, and a clean proof of completeness or named waivers (plan, row P14)."""
    incident = _lock(pk)
    summary = require(summary, "summary", _("请写处理总结。"))
    at = journal.recording.now()
    _move(
        incident,
        "cleanup",
        by=by,
        at=at,
        version=version,
        told={"summary": summary},
        summary=summary,
    )
    gates.insist(gates.CLEANUP, incident)
    deadlines.cancel(incident, at)
    return incident


@transaction.atomic
def waive(pk: int, *, by: Person, point: str, reason: str) -> Waiver:
    """Set one open point of the clean-up aside, by name and with a reason."""
    incident = _lock(pk)
    if not authority.in_fault_group(incident, by):
        raise NotAllowed(_("您没有「豁免未完事项」的权限。"))
    if incident.state != State.CLEANING:
        raise Conflict(_("只有在现场清理时才能豁免未完事项。"))
    reason = require(reason, "reason", _("请写明豁免的理由。"))
    found = {
        condition.key: condition
        for condition in gates.conditions(gates.CLEANUP, incident)
        if condition.open
    }
    if point not in found:
        raise Conflict(_("这一项已经办结或已豁免。"))
    at = journal.recording.now()
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


# 8 评估 ----------------------------------------------------------------------------------------


@transaction.atomic
def close(pk: int, *, by: Person, told: dict[str, Any]) -> Incident:
    """Step 8: the report was received. Called by `reviews.workflow`, whose gate is insisted on."""
    incident = _lock(pk)
    at = journal.recording.now()
    _move(incident, "close", by=by, at=at, told=told)
    gates.insist(gates.CLOSE, incident)
    return incident


# 旁路 ------------------------------------------------------------------------------------------


@transaction.atomic
def dismiss(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """Side exit: there is no fault; the reporter reads why."""
    incident = _lock(pk)
    reason = require(reason, "reason", _("请写明为什么是误报,报告人会看到。"))
    at = journal.recording.now()
    _move(
        incident,
        "dismiss",
        by=by,
        at=at,
        version=version,
        told={"reason": reason},
        reason=reason,
    )
    deadlines.cancel(incident, at)
    return incident


@transaction.atomic
def merge(pk: int, *, by: Person, version: int | None = None, into: int) -> Incident:
    """Side exit: the same fault as `into`, an incident already open. Its reporters get its answers.

    Both rows are locked in the order of their keys, so that two merges cannot wait for each other.
    """
    if pk == into:
        sentence = _("不能并入自己。")
        raise Incomplete(sentence, fields={"into": sentence})
    rows = {key: _lock(key) for key in sorted((pk, into))}
    incident, target = rows[pk], rows[into]
    if not target.is_open:
        raise Conflict(_("%(target)s已经结束,不能并入。") % {"target": target.number})
    at = journal.recording.now()
    _move(
        incident,
        "merge",
        by=by,
        at=at,
        version=version,
        told={"into": target.pk, "number": target.number, "title": target.title},
        into=target,
    )
    deadlines.cancel(incident, at)
    record(
        target.stream,
        "incident.absorb",
        by=by,
        at=at,
        facts={
            "merged": incident.pk,
            "number": incident.number,
            "reporter": str(incident.reporter),
            "location": incident.location,
            "seen": incident.seen,
        },
    )
    return incident
