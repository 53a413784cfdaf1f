"""Verbs of orders (指令): issue, read back, done, refused (plan, row P10)."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import deadlines
from incidents.models import Deadline, Incident, Order
from incidents.workflow.gate import lock, move, require
from journal import moving, rows
from journal.recording import now, record
from journal.refusals import Incomplete
from teams.models import Department, Person, ResponseGroup

Kind = Deadline.Kind


@dataclass(frozen=True)
class NewOrder:
    """An order to be issued: to a department or a response group, to be done within `minutes`."""

    to: Department | ResponseGroup
    text: str
    minutes: int


@transaction.atomic
def command(
    pk: int,
    *,
    by: Person,
    version: int | None = None,
    orders: Sequence[NewOrder],
    client_uuid: uuid.UUID | None = None,
) -> list[Order]:
    """Step 3: issue orders, at least one, each with addressee and deadline. Gives them.

    The first orders move the incident to `commanded`; later ones leave its state. The same
    `client_uuid` sent twice gives the orders of the first time.
    """
    incident = lock(pk)
    if client_uuid is not None:
        known = list(Order.objects.filter(incident=incident, client_uuid=client_uuid))
        if known and known[0].issued_by_id == by.pk:
            return known
    if not orders:
        sentence = _("请至少下达一条指令。")
        raise Incomplete(sentence, fields={"orders": sentence})
    at = now()
    first = incident.commanded_at is None
    move(
        incident,
        "command" if first else "command_more",
        by=by,
        at=at,
        version=version,
        told={"orders": [f"{order.to}：{order.text}" for order in orders]},
    )
    deadlines.meet(incident, at, Kind.COMMAND)
    return [_issue(incident, order, by=by, at=at, client_uuid=client_uuid) for order in orders]


def _issue(
    incident: Incident,
    new: NewOrder,
    *,
    by: Person,
    at: datetime.datetime,
    client_uuid: uuid.UUID | None,
) -> Order:
    text = require(new.text, "text", _("请写明指令内容。"))
    if not 1 <= new.minutes <= 60 * 24 * 30:
        sentence = _("完成时限在 1 分钟到 30 天之间。")
        raise Incomplete(sentence, fields={"minutes": sentence})
    order = Order(
        incident=incident,
        department=new.to if isinstance(new.to, Department) else None,
        group=new.to if isinstance(new.to, ResponseGroup) else None,
        text=text,
        due_at=at + incident.minutes(new.minutes),
        issued_by=by,
        issued_at=at,
        client_uuid=client_uuid,
    )
    rows.add(order)
    deadlines.arm_order(order)
    record(
        incident.stream,
        "order.issue",
        by=by,
        at=at,
        facts={
            "order": order.pk,
            "addressee": str(new.to),
            "department": order.department_id,
            "group": order.group.kind if order.group else None,
            "text": text,
            "due_at": order.due_at,
            "minutes": new.minutes,
        },
    )
    return order


@transaction.atomic
def read_back_order(pk: int, *, by: Person, version: int | None = None) -> Order:
    """The addressee reads the order back: understood. A second time changes nothing."""
    order = _lock_order(pk)
    if order.state == Order.State.READ_BACK and order.read_back_by_id == by.pk:
        return order
    return _move_order(order, "read_back", by=by, version=version, ends=(Kind.READ_BACK,))


@transaction.atomic
def finish_order(pk: int, *, by: Person, version: int | None = None, proof: str) -> Order:
    """The addressee reports the order done, with a word of proof."""
    order = _lock_order(pk)
    proof = require(proof, "proof", _("请写一句完成情况，例如「20 个窗口已开」。"))
    return _move_order(
        order,
        "finish",
        by=by,
        version=version,
        ends=(Kind.READ_BACK, Kind.ORDER),
        proof=proof,
    )


@transaction.atomic
def refuse_order(pk: int, *, by: Person, version: int | None = None, reason: str) -> Order:
    """The addressee cannot carry the order out, and says why."""
    order = _lock_order(pk)
    reason = require(reason, "reason", _("请写明为什么无法执行。"))
    return _move_order(
        order,
        "refuse",
        by=by,
        version=version,
        ends=(Kind.READ_BACK, Kind.ORDER),
        reason=reason,
    )


def _lock_order(pk: int) -> Order:
    """The order, behind the lock of its incident, as for every part of an incident."""
    lock(Order.objects.values_list("incident_id", flat=True).get(pk=pk))
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("incident", "department", "group", "read_back_by")
        .get(pk=pk)
    )


def _move_order(
    order: Order,
    verb: str,
    *,
    by: Person,
    version: int | None,
    ends: tuple[str, ...],
    **facts: str,
) -> Order:
    at = now()
    moving.move(order, verb, by=by, at=at, version=version, **facts)
    incident = order.incident
    if order.state != Order.State.REFUSED:
        deadlines.meet(incident, at, *ends, step=order.pk)
    else:
        deadlines.cancel(incident, at, *ends, step=order.pk)
    record(
        incident.stream,
        f"order.{verb}",
        by=by,
        at=at,
        facts={
            "order": order.pk,
            "addressee": str(order.addressee),
            "text": order.text,
            "late": at > order.due_at,
            **facts,
        },
    )
    return order
