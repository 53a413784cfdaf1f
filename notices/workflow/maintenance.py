"""Verbs of planned maintenance: drafted, approved by a second person, announced; the clock
begins and ends it.

Each locks its own row; there is no incident until one is made of it (`escalate`).
"""

import uuid

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.workflow import report
from incidents.workflow.gate import require
from journal import moving
from journal.recording import now
from journal.refusals import Conflict, NotAllowed
from notices import authority, public
from notices.models import Maintenance
from notices.models.maintenance import PREPARED, PUBLIC
from notices.workflow.planning import Planned, checked, clock, wrong_times
from notices.workflow.words import refuse, wrong_jargon
from teams.models import Person
from teams.workflow.told import tell


@transaction.atomic
def plan_maintenance(
    *, by: Person, facts: Planned, client_uuid: uuid.UUID | None = None
) -> Maintenance:
    """Draft planned maintenance; it waits for a second person's approval.

    The same `client_uuid` sent twice gives what was made the first time.

    Raises NotAllowed; Incomplete with a sentence at each wrong field.
    """
    _insist_plans(by)
    known = _known(client_uuid, by)
    return known or _begin(by=by, facts=facts, client_uuid=client_uuid)


@transaction.atomic
def edit_maintenance(
    pk: int, *, by: Person, version: int | None = None, facts: Planned
) -> Maintenance:
    """Change what is planned before it is announced. An approval given to other words is void.

    Raises NotAllowed, Conflict, Incomplete.
    """
    row = _locked(pk)
    _insist_plans(by)
    moving.check_version(row, version)
    at = now()
    was_approved = row.approved_at is not None
    if "edit" in moving.available(row, by):
        facts = checked(facts, at, row.replaces)
        facts.stamp(row)
    moving.move(row, "edit", by=by, at=at)
    row.services.set(facts.services)
    tell(row, "maintenance.edit", by=by, was_approved=was_approved, **facts.for_journal())
    return row


@transaction.atomic
def change_maintenance(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    facts: Planned,
    client_uuid: uuid.UUID | None = None,
) -> Maintenance:
    """Draft another version of what is announced; the old one stands until this is announced.

    Raises NotAllowed; Conflict where it is not announced any more, or somebody is at it already;
    Incomplete.
    """
    row = _locked(pk)
    _insist_plans(by)
    known = _known(client_uuid, by)
    if known is not None:
        return known
    moving.check_version(row, version)
    if "change" not in moving.available(row, by):
        raise Conflict(_("这次维护%(state)s，不能再变更。") % {"state": row.get_state_display()})
    waiting = Maintenance.objects.filter(replaces=row, state__in=PREPARED).first()
    if waiting is not None:
        raise Conflict(
            _("%(who)s已经写好变更（%(state)s），请在那一份上修改。")
            % {"who": waiting.drafted_by, "state": waiting.get_state_display()}
        )
    return _begin(by=by, facts=facts, client_uuid=client_uuid, replaces=row)


@transaction.atomic
def approve_maintenance(pk: int, *, by: Person, version: int | None = None) -> Maintenance:
    """A second person says yes to what patients will read. Raises NotAllowed, Conflict."""
    row = _locked(pk)
    moving.move(row, "approve", by=by, at=now(), version=version)
    tell(row, "maintenance.approve", by=by, **_when(row))
    return row


@transaction.atomic
def announce_maintenance(pk: int, *, by: Person, version: int | None = None) -> Maintenance:
    """Patients read of it from now on, on every public surface; it begins and ends by the clock.

    What it replaces leaves in the same transaction. Raises NotAllowed; Conflict, also where what it
    replaces is not public any more; Incomplete where its time has passed meanwhile.
    """
    row = _locked(pk)
    at = now()
    moving.move(row, "announce", by=by, at=at, version=version)
    refuse(wrong_times(Planned.of(row), at, row.replaces))
    if row.replaces is not None:
        if row.replaces.state not in PUBLIC:
            raise Conflict(
                _("原来的维护%(state)s，这份变更不能再公布。")
                % {"state": row.replaces.get_state_display()}
            )
        moving.move(row.replaces, "change", by=by, at=at)
        tell(row.replaces, "maintenance.replace", by=by, successor=row.pk, **_when(row))
    tell(row, "maintenance.announce", by=by, **Planned.of(row).for_journal())
    transaction.on_commit(public.renew, robust=True)
    return row


@transaction.atomic
def finish_maintenance(pk: int, *, by: Person, version: int | None = None) -> Maintenance:
    """IT says that the work is done: before its time is over, or when it has been asked.

    Raises NotAllowed, Conflict.
    """
    row = _locked(pk)
    moving.move(row, "finish", by=by, at=now(), version=version)
    tell(row, "maintenance.finish", by=by, **_when(row))
    transaction.on_commit(public.renew, robust=True)
    return row


@transaction.atomic
def cancel_maintenance(
    pk: int, *, by: Person, version: int | None = None, reason: str
) -> Maintenance:
    """It will not be. Patients who could read of it read the reason for 24 hours, in their words.

    A change of it that waits falls with it. Raises NotAllowed, Conflict, Incomplete.
    """
    row = _locked(pk)
    reason = require(reason, "reason", _("请写明为什么取消。"))[:200]
    at = now()
    moving.move(row, "cancel", by=by, at=at, version=version, reason=reason)
    if row.announced_at is not None:
        refuse(wrong_jargon("reason", reason))
        transaction.on_commit(public.renew, robust=True)
    was_public = row.announced_at is not None
    tell(row, "maintenance.cancel", by=by, reason=reason, was_public=was_public, **_when(row))
    waiting = Maintenance.objects.select_for_update(of=("self",)).filter(
        replaces=row, state__in=PREPARED
    )
    for successor in waiting:
        moving.move(successor, "cancel", by=by, at=at, reason=reason)
        tell(successor, "maintenance.cancel", by=by, reason=reason, was_public=False)
    return row


@transaction.atomic
def escalate_maintenance(pk: int, *, by: Person, version: int | None = None) -> Maintenance:
    """It does not work again: report it as a fault, with what is known, and link the two.

    The fault takes the road of any other. Raises NotAllowed, Conflict.
    """
    row = _locked(pk)
    if not moving.may(row, "escalate", by):
        raise NotAllowed(_("您没有「转为故障事件」的权限。"))
    moving.check_version(row, version)
    if "escalate" not in moving.available(row, by):
        raise Conflict(
            _("现在是「%(state)s」，不能再「转为故障事件」。") % {"state": row.get_state_display()}
        )
    incident, _is_new = report(
        by=by,
        seen=_("计划维护「%(title)s」原定 %(to)s 结束，没有按计划恢复。%(affected)s")
        % {"title": row.title, "to": clock(row.ends_at), "affected": row.affected},
        services=row.services.all(),
        client_uuid=uuid.uuid5(row.client_uuid, "escalate"),
    )
    moving.move(row, "escalate", by=by, at=now(), incident=incident)
    facts = {"incident": incident.pk, "number": incident.number}
    tell(row, "maintenance.escalate", by=by, **facts, **_when(row))
    transaction.on_commit(public.renew, robust=True)
    return row


def keep_planned() -> int:
    """Begin and end what is due by the clock; gives how many steps were made.

    Each step is a transaction of its own on its locked row, and looks again at what is due: safe
    to call twice, side by side, by anyone.
    """
    done = 0
    for pk in Maintenance.objects.due(now()).order_by("pk").values_list("pk", flat=True):
        # What was to begin and end while nobody looked does both.
        done += _step(pk) + _step(pk)
    return done


@transaction.atomic
def _step(pk: int) -> int:
    at = now()
    row = (
        Maintenance.objects.due(at)
        .select_for_update(of=("self",), skip_locked=True)
        .filter(pk=pk)
        .first()
    )
    if row is None:
        return 0
    verb = "begin" if row.state == Maintenance.State.ANNOUNCED else "lapse"
    moving.move(row, verb, by=None, at=at)
    tell(row, f"maintenance.{verb}", by=None, **_when(row))
    transaction.on_commit(public.renew, robust=True)
    return 1


def _begin(
    *,
    by: Person,
    facts: Planned,
    client_uuid: uuid.UUID | None,
    replaces: Maintenance | None = None,
) -> Maintenance:
    at = now()
    facts = checked(facts, at, replaces)
    row = Maintenance(
        client_uuid=client_uuid or uuid.uuid4(), replaces=replaces, drafted_by=by, drafted_at=at
    )
    facts.stamp(row)
    row.save(force_insert=True)
    row.services.set(facts.services)
    tell(row, "maintenance.draft", by=by, replaces=row.replaces_id, **facts.for_journal())
    return row


def _locked(pk: int) -> Maintenance:
    """The row, and before it the one that it replaces: older first, as every verb locks."""
    replaces = Maintenance.objects.values_list("replaces_id", flat=True).get(pk=pk)
    keys = Q(pk=pk) | Q(pk=replaces)
    found = {
        row.pk: row
        for row in Maintenance.objects.select_for_update(of=("self",))
        .select_related("drafted_by")
        .filter(keys)
        .order_by("pk")
    }
    row = found[pk]
    if replaces is not None:
        row.replaces = found[replaces]
    return row


def _known(client_uuid: uuid.UUID | None, by: Person) -> Maintenance | None:
    """What this form has made already, when it is sent a second time, or at the same time."""
    if client_uuid is None:
        return None
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    known = Maintenance.objects.filter(client_uuid=client_uuid).first()
    if known is not None and known.drafted_by_id != by.pk:
        raise Conflict(_("这个提交标识已被使用，请刷新页面后重新提交。"))
    return known


def _insist_plans(by: Person) -> None:
    if not authority.plans_maintenance(None, by):
        raise NotAllowed(_("计划维护由客服和信息科安排。"))


def _when(row: Maintenance) -> dict[str, str]:
    return {"from": clock(row.starts_at), "to": clock(row.ends_at)}
