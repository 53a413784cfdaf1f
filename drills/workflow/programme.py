"""Verbs of the year's programme: planned, changed, called off, held; and what is due is said."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from drills import authority, library
from drills.models import PlannedDrill, Programme
from drills.workflow.reminding import remind_of_findings
from incidents.workflow.gate import require
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Department, Person
from teams.workflow.told import apply

FIRST_YEAR, LAST_YEAR = 2020, 2199


def _insist(by: Any) -> None:
    if by is not None and not authority.plans_drills(None, by):
        raise NotAllowed(_("演练由各小组组长、副组长和管理员安排。"))


def plan_drill(
    *,
    by: Person | None,
    year: int,
    client_uuid: uuid.UUID | None = None,
    departments: Iterable[Department] = (),
    **facts: Any,
) -> PlannedDrill:
    """Put a drill into the programme of a year, which begins with its first one.

    `facts`: `name`, `type`, `month`, `responsible`, and `scenario`, `note` if there are any. The
    same `client_uuid` gives the same drill. Raises NotAllowed, Incomplete.
    """
    _insist(by)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        sentence = _("请填写 %(first)s 到 %(last)s 之间的年份。") % {
            "first": FIRST_YEAR,
            "last": LAST_YEAR,
        }
        raise Incomplete(sentence, fields={"year": sentence})
    client_uuid = client_uuid or uuid.uuid4()
    try:
        with transaction.atomic():
            at = now()
            programme, _made = Programme.objects.get_or_create(
                year=year, defaults={"opened_at": at}
            )
            planned = PlannedDrill(programme=programme, client_uuid=client_uuid)
            _describe(planned, facts)
            planned.save()
            planned.departments.set(departments)
            record(
                programme.stream,
                "programme.plan",
                by=by,
                at=at,
                facts=_told(planned)
                | {"departments": [str(each) for each in planned.departments.all()]},
            )
            return planned
    except IntegrityError:
        known = PlannedDrill.objects.filter(client_uuid=client_uuid).first()
        if known is None:
            raise
        return known


@transaction.atomic
def change_planned(
    pk: int,
    *,
    by: Person | None,
    version: int | None = None,
    departments: Iterable[Department] | None = None,
    **facts: Any,
) -> PlannedDrill:
    """Another month, responsible person, scenario … of a drill that is still to be held."""
    _insist(by)
    planned = _open(pk, version)
    before = planned.month, planned.responsible_id
    changes = _describe(planned, facts)
    if departments is not None:
        old = "、".join(str(each) for each in planned.departments.all())
        planned.departments.set(departments)
        new = "、".join(str(each) for each in planned.departments.all())
        if old != new:
            changes.append(f"{_('参加科室')}：{old or '–'} → {new or '–'}")
    if changes:
        if before != (planned.month, planned.responsible_id):
            planned.told_due_at = planned.told_overdue_at = None
        _store(planned, "programme.change", by, changes=changes)
    return planned


@transaction.atomic
def cancel_planned(
    pk: int, *, by: Person | None, version: int | None = None, reason: str
) -> PlannedDrill:
    """The drill is not held, for this reason."""
    _insist(by)
    planned = _open(pk, version)
    planned.cancel_reason = require(reason, "reason", _("请写明为什么取消。"))[:200]
    planned.cancelled_at = now()
    _store(planned, "programme.cancel", by, reason=planned.cancel_reason)
    return planned


@transaction.atomic
def note_held(
    pk: int,
    *,
    by: Person | None,
    version: int | None = None,
    held_on: datetime.date,
    note: str,
) -> PlannedDrill:
    """The drill was held, and how it went: by who plans drills or is responsible for it."""
    planned = _open(pk, version)
    if by is not None and not (
        authority.plans_drills(None, by)
        or (authority.is_employee(None, by) and by.pk == planned.responsible_id)
    ):
        raise NotAllowed(_("演练由各小组组长、副组长、管理员或负责人登记。"))
    note = require(note, "note", _("请写一句举行情况，例如「全员到位」。"))
    if held_on > timezone.localdate():
        sentence = _("举行日期还没有到。")
        raise Incomplete(sentence, fields={"held_on": sentence})
    if held_on.year != planned.programme.year:
        sentence = _("举行日期不在 %(year)s 年。") % {"year": planned.programme.year}
        raise Incomplete(sentence, fields={"held_on": sentence})
    planned.held_on, planned.held_note = held_on, note[:200]
    _store(planned, "programme.held", by, held_on=held_on, note=planned.held_note)
    return planned


def settle_planned(planned: PlannedDrill, *, by: Any, at: datetime.datetime, note: str) -> None:
    """In the transaction that ends a drill of the programme: it was held. No-op where it was."""
    planned = PlannedDrill.objects.select_for_update(of=("self",)).get(pk=planned.pk)
    if planned.is_open:
        planned.held_on, planned.held_note = timezone.localdate(at), note[:200]
        _store(planned, "programme.held", by, held_on=planned.held_on, note=planned.held_note)


def watch() -> int:
    """Say once each which drills are due this month, which were not held in theirs, and which
    findings of drills are due today.

    Responsible people and departments are told by `drills.audience`. Gives how many were said.
    """
    today = timezone.localdate()
    waiting = PlannedDrill.objects.open().filter(
        told_overdue_at__isnull=True, programme__year__lte=today.year
    )
    said = 0
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            planned = (
                PlannedDrill.objects.open()
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("programme", "responsible")
                .filter(pk=pk)
                .first()
            )
            if planned is not None:
                said += _say(planned)
    return said + remind_of_findings()


def _say(planned: PlannedDrill) -> bool:
    if planned.is_overdue and planned.told_overdue_at is None:
        event, field = "programme.overdue", "told_overdue_at"
    elif planned.is_due and planned.told_due_at is None:
        event, field = "programme.due", "told_due_at"
    else:
        return False
    at = now()
    setattr(planned, field, at)
    planned.save(update_fields=[field])
    record(planned.programme.stream, event, by=None, at=at, facts=_told(planned))
    return True


def _open(pk: int, version: int | None) -> PlannedDrill:
    rows = PlannedDrill.objects.select_for_update(of=("self",))
    planned = rows.select_related("programme", "responsible").get(pk=pk)
    check_version(planned, version)
    if not planned.is_open:
        raise Conflict(_("这次演练已经举行或取消。"))
    return planned


def _store(planned: PlannedDrill, event: str, by: Any, **facts: Any) -> None:
    planned.version += 1
    planned.save()
    record(planned.programme.stream, event, by=by, facts=_told(planned) | facts)


def _told(planned: PlannedDrill) -> dict[str, Any]:
    return {
        "planned": planned.pk,
        "what": planned.name,
        "type": str(planned.get_type_display()),
        "month": planned.month,
        "responsible": str(planned.responsible),
    }


def _describe(planned: PlannedDrill, facts: dict[str, Any]) -> list[str]:
    if "name" in facts or not planned.pk:
        facts["name"] = require(facts.get("name", ""), "name", _("请填写演练名称。"))[:80]
    kind = facts.get("type", planned.type)
    if kind not in PlannedDrill.Type.values:
        sentence = _("请选择演练形式。")
        raise Incomplete(sentence, fields={"type": sentence})
    if not 1 <= facts.get("month", planned.month or 0) <= 12:
        sentence = _("请选择月份。")
        raise Incomplete(sentence, fields={"month": sentence})
    responsible = facts.get("responsible", planned.responsible if planned.pk else None)
    if responsible is None or not authority.is_employee(None, responsible):
        sentence = _("请选择负责人。")
        raise Incomplete(sentence, fields={"responsible": sentence})
    scenario = facts.get("scenario", planned.scenario)
    if scenario and library.find(scenario) is None:
        sentence = _("没有这个剧本。")
        raise Incomplete(sentence, fields={"scenario": sentence})
    return apply(planned, facts) if planned.pk else _set(planned, facts)


def _set(planned: PlannedDrill, facts: dict[str, Any]) -> list[str]:
    for name, value in facts.items():
        setattr(planned, name, value)
    return []
