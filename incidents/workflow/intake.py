"""Verbs of intake: report, one more report, acknowledge, dismiss, merge."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from incidents import authority, deadlines
from incidents.filing import Filing
from incidents.models import Deadline, Incident, Report
from incidents.models.drill import FASTEST
from incidents.models.state import NOTICE_TRACK, State
from incidents.numbering import add_numbered
from incidents.workflow import manual_mode, paper
from incidents.workflow.gate import lock, move, require
from journal import rows
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.marks import marked
from plans.models import Grade, PlanVersion
from teams.models import Department, Person, Service

_GROUND = (
    "SELECT nextval(pg_get_serial_sequence('incidents_incident', 'id')), clock_timestamp(), "  # noqa: S608
    f"{rows.columns(PlanVersion, 'plan')}, {rows.columns(Grade, 'grade')} "
    "FROM plans_planversion plan JOIN plans_grade grade "
    "ON grade.plan_id = plan.id AND grade.level = plan.provisional_level WHERE plan.status = %s"
)


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
    filing: Filing | None = None,
    is_drill: bool = False,
    drill_speed: int = 1,
) -> tuple[Incident, bool]:
    """Step 1: report a fault. Gives the incident and whether it is new.

    Demands what is seen, and an affected service or a location (plan, row P8). The same
    `client_uuid` from the same person gives the same incident, however often it is sent.
    The clocks of the plan start in the same transaction. `filing`: what a device says that kept the
    report without network; the clocks start now all the same.

    `is_drill` and `drill_speed` (1 to 24) are for the verbs that begin a drill; no form of the
    report and no API has them. They stay what they are said to be here.

    Raises NotAllowed, Incomplete, or Conflict when the `client_uuid` is somebody else's.
    """
    if not authority.is_employee(None, by):
        raise NotAllowed(_("您没有「报告故障」的权限。"))
    services = list(services)
    seen = require(seen, "seen", _("请写一句看到了什么，例如「挂号界面一直转圈」。"))
    if not services and not location.strip() and department is None:
        sentence = _("请选择什么用不了，或填写地点。")
        raise Incomplete(sentence, fields={"services": sentence})
    if drill_speed not in range(1, FASTEST + 1) or (drill_speed != 1 and not is_drill):
        sentence = _("演练倍速是 1 到 %(most)s 的整数。") % {"most": FASTEST}
        raise Incomplete(sentence, fields={"drill_speed": sentence})
    if relapse_of is not None and relapse_of.is_drill != is_drill:
        raise Incomplete(_("演练和真实的故障不能互为复发。"))
    client_uuid = client_uuid or uuid.uuid4()
    if filing is not None and (known := _known(client_uuid, by)):
        # It had been taken, but the device did not hear of it; by now it may be too old to be new.
        return known, False
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
                filing=filing,
                is_drill=is_drill,
                drill_speed=drill_speed,
            )
    except IntegrityError:
        known = _known(client_uuid, by)
        if known is None:
            raise
        return known, False
    return incident, True


def _known(client_uuid: uuid.UUID, by: Person) -> Incident | None:
    """The incident that this person has reported with this mark; Conflict if somebody else has."""
    known = Incident.objects.filter(client_uuid=client_uuid).first()
    if known is not None and known.reporter_id != by.pk:
        raise Conflict(_("这个提交标识已被使用，请刷新页面后重新提交。")) from None
    return known


def _begin(*, by: Person, services: list[Service], filing: Filing | None, **facts: Any) -> Incident:
    """All rows of a new incident, its own at the very end.

    The number's row is locked from `add_numbered` to the commit, and reports wait for one another
    meanwhile (docs/adr/0005), so everything that needs no number comes before it. The database
    looks at foreign keys when the transaction ends.
    """
    pk, at, plan, grade = _ground()
    kept = filing.columns(at) if filing is not None else {}
    incident = Incident(
        pk=pk,
        reporter=by,
        reported_at=at,
        plan=plan,
        title=marked(
            _headline(services, facts["location"], facts["department"], facts["seen"]),
            facts["is_drill"],
        )[:120],
        **facts,
        **kept,
    )
    link = Incident.services.through
    keys = dict.fromkeys(service.pk for service in services)
    rows.add(*(link(incident_id=pk, service_id=key) for key in keys))
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
            "plan": plan.number,
            "provisional": grade.numeral,
            "relapse_of": incident.relapse_of_id,
            **({"is_drill": True, "speed": incident.drill_speed} if incident.is_drill else {}),
            **(filing.facts(kept) if filing is not None else {}),
        },
    )
    add_numbered(incident)
    return incident


def _ground() -> tuple[int, datetime.datetime, PlanVersion, Grade]:
    """What a report begins with, in one statement.

    The next incident's key, the database's clock, the plan in force, and its grade by which clocks
    run until IT has graded.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GROUND, [PlanVersion.Status.PUBLISHED])
        found = cursor.fetchone()
    if found is None:
        raise Conflict(
            _("本院还没有发布预案，这里还记不了故障。请打值班电话 %(phone)s。")
            % {"phone": settings.DUTY_PHONE}
        )
    pk, at, *values = found
    of_plan = len(PlanVersion._meta.concrete_fields)
    return pk, at, rows.built(PlanVersion, values[:of_plan]), rows.built(Grade, values[of_plan:])


def _headline(
    services: Sequence[Service], location: str, department: Department | None, seen: str
) -> str:
    """A title to begin with; IT may put it better on confirming."""
    where = location or (department.name if department else "")
    what = "、".join(service.name for service in services)
    if what:
        return f"{where}{what}故障"[:120]
    return f"{where}：{seen}"[:120]


def add_report(
    pk: int,
    *,
    by: Person,
    seen: str,
    location: str = "",
    waiting: int | None = None,
    client_uuid: uuid.UUID | None = None,
    filing: Filing | None = None,
) -> Report:
    """Somebody else sees the same fault: kept with the incident instead of a duplicate.

    Raises NotAllowed, Incomplete, or Conflict when the incident is no longer unrestored, or the
    `client_uuid` was used for another report.
    """
    if not authority.is_employee(None, by):
        raise NotAllowed(_("您没有「报告故障」的权限。"))
    seen = require(seen, "seen", _("请写一句看到了什么。"))
    client_uuid = client_uuid or uuid.uuid4()
    with transaction.atomic():
        incident = lock(pk)
        known = Report.objects.filter(client_uuid=client_uuid).first()
        if known is not None:
            if (known.reporter_id, known.incident_id) != (by.pk, pk):
                raise Conflict(_("这个提交标识已被使用，请刷新页面后重新提交。"))
            return known
        if incident.state not in (State.REPORTED, *NOTICE_TRACK):
            raise Conflict(_("这起故障已经恢复或结束，请作为新的故障报告。"))
        at = now()
        kept = filing.columns(at) if filing is not None else {}
        added = Report.objects.create(
            incident=incident,
            client_uuid=client_uuid,
            reporter=by,
            at=at,
            seen=seen,
            location=location.strip(),
            waiting=waiting,
            **kept,
        )
        record(
            incident.stream,
            "incident.add_report",
            by=by,
            at=at,
            facts={
                "seen": seen,
                "location": added.location,
                "waiting": waiting,
                **(filing.facts(kept) if filing is not None else {}),
            },
        )
    return added


@transaction.atomic
def acknowledge(pk: int, *, by: Person, version: int | None = None) -> Incident:
    """IT has seen the report. Acknowledging again changes nothing and says who was first."""
    incident = lock(pk)
    if incident.acknowledged_at is not None and authority.is_it_on_duty(incident, by):
        if incident.acknowledged_by_id == by.pk:
            return incident
        raise Conflict(_("%(who)s已经确认收到。") % {"who": incident.acknowledged_by})
    at = now()
    # A report that was joined by another since the page was opened is still to be acknowledged,
    # so the version is not compared.
    move(incident, "acknowledge", by=by, at=at)
    deadlines.meet(incident, at, Deadline.Kind.ACKNOWLEDGE)
    return incident


@transaction.atomic
def dismiss(pk: int, *, by: Person, version: int | None = None, reason: str) -> Incident:
    """Side exit: there is no fault; the reporter reads why."""
    incident = lock(pk)
    reason = require(reason, "reason", _("请写明为什么是误报，报告人会看到。"))
    at = now()
    move(
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

    Its notice vanishes from the patients' page, so one is demanded of `into` where it has one.
    Both rows are locked in the order of their keys, so that two merges cannot wait for each other.
    """
    if pk == into:
        sentence = _("不能并入自己。")
        raise Incomplete(sentence, fields={"into": sentence})
    rows = {key: lock(key) for key in sorted((pk, into))}
    incident, target = rows[pk], rows[into]
    if target.is_drill != incident.is_drill:
        sentence = _("演练和真实的故障不能互相并入。")
        raise Incomplete(sentence, fields={"into": sentence})
    if not target.is_open:
        raise Conflict(_("%(target)s已经结束，不能并入。") % {"target": target.number})
    if deadlines.is_notice_public(incident) and not deadlines.is_notice_public(target):
        sentence = _(
            "患者正在看这起事件的通知，并入后就看不到了。请先为 %(target)s 发布通知，"
            "或反过来把它并入这一起。"
        ) % {"target": target.number}
        raise Incomplete(sentence, fields={"into": sentence})
    at = now()
    move(
        incident,
        "merge",
        by=by,
        at=at,
        version=version,
        told={"into": target.pk, "number": target.number, "title": target.title},
        into=target,
    )
    manual_mode.hand_over(incident, target)
    paper.hand_over(incident, target)
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
