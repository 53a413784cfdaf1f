"""Verbs that move stock outside of loans: in, out of use, and from place to place."""

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Balance, Batch, Item, Move, Place
from inventory.workflow.gate import (
    insist_keeps,
    lock_item,
    note_low,
    post,
    refuse,
    said,
    some,
    usable,
    was_sent,
)
from journal.recording import now, record
from journal.refusals import Incomplete

# What takes something out of the store for good.
OUT = (Move.Kind.CONSUMED, Move.Kind.LOST, Move.Kind.DAMAGED)


@transaction.atomic
def receive(
    pk: int,
    *,
    by: Any,
    quantity: int,
    place: Place,
    batch: str = "",
    expires_on: datetime.date | None = None,
    reason: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Item:
    """Something came in (入库). A batch that is known already keeps its day of expiry.

    Raises Incomplete for a day of expiry without a batch, or another one than the batch has.
    """
    insist_keeps(by)
    some(quantity)
    item = lock_item(pk)
    if was_sent(client_uuid):
        return item
    at = now()
    if not item.is_active:
        refuse("", _("这种物资已经不在册，请先恢复在册。"))
    if not place.is_active:
        refuse("place", _("这个地点已经停用，请换一个。"))
    known = _batch(item, batch.strip(), expires_on)
    post(
        *(item, place, known, Move.Kind.RECEIVED, quantity, quantity),
        by=by,
        at=at,
        reason=reason.strip(),
        mark=client_uuid,
    )
    _tell(item, "supply.receive", by, at, quantity, place=str(place), reason=reason.strip())
    return item


@transaction.atomic
def write_off(
    pk: int,
    *,
    by: Any,
    kind: str,
    quantity: int,
    balance: Balance,
    reason: str,
    client_uuid: uuid.UUID | None = None,
) -> Item:
    """Used up, lost or broken in the store, with the reason. Raises Incomplete where there is not
    so much."""
    insist_keeps(by)
    some(quantity)
    reason = said(reason, "reason", _("请写明原因。"))
    if kind not in OUT:
        refuse("kind", _("请选择是消耗、丢失还是损坏。"))
    item = lock_item(pk)
    if was_sent(client_uuid):
        return item
    at, before = now(), usable([item])
    held = _still_there(item, balance, quantity)
    post(
        *(item, held.place, held.batch, kind, quantity, -quantity),
        by=by,
        at=at,
        reason=reason,
        mark=client_uuid,
    )
    words = str(Move.Kind(kind).label)
    _tell(item, "supply.write_off", by, at, quantity, kind=words, reason=reason)
    note_low([item], before, at=at)
    return item


@transaction.atomic
def transfer(
    pk: int,
    *,
    by: Any,
    quantity: int,
    balance: Balance,
    place: Place,
    client_uuid: uuid.UUID | None = None,
) -> Item:
    """From one place to another; the batch stays together with its day of expiry."""
    insist_keeps(by)
    some(quantity)
    item = lock_item(pk)
    if was_sent(client_uuid):
        return item
    held = _still_there(item, balance, quantity)
    if place == held.place:
        refuse("place", _("已经在这里了，请选另一个地点。"))
    if not place.is_active:
        refuse("place", _("这个地点已经停用，请换一个。"))
    at, mark = now(), client_uuid or uuid.uuid4()
    kinds = Move.Kind
    post(
        *(item, held.place, held.batch, kinds.MOVED_OUT, quantity, -quantity),
        by=by,
        at=at,
        reason=str(place),
        mark=mark,
    )
    post(
        *(item, place, held.batch, kinds.MOVED_IN, quantity, quantity),
        by=by,
        at=at,
        reason=str(held.place),
        mark=mark,
        line=1,
    )
    _tell(item, "supply.transfer", by, at, quantity, place=str(place), origin=str(held.place))
    return item


def _batch(item: Item, number: str, expires_on: datetime.date | None) -> Batch | None:
    if not number:
        if expires_on is None:
            return None
        # A day is name enough for what has no number of its own.
        number = f"{expires_on:%Y-%m-%d}"
    known, is_new = Batch.objects.get_or_create(
        item=item, number=number, defaults={"expires_on": expires_on}
    )
    if not is_new and expires_on is not None and known.expires_on != expires_on:
        refuse("expires_on", _("这个批号原来登记的有效期不同，请核对，或另写一个批号。"))
    if expires_on is not None and expires_on < timezone.localdate():
        refuse("expires_on", _("已经过了有效期，不能入库。"))
    return known


def _still_there(item: Item, balance: Balance, quantity: int) -> Balance:
    """The balance as it is behind the lock. Raises Incomplete where it is not enough."""
    rows = Balance.objects.filter(pk=balance.pk, item=item).select_related("place", "batch")
    held = rows.first()
    if held is None:
        sentence = _("请选择从哪里。")
        raise Incomplete(sentence, fields={"balance": sentence})
    if held.quantity < quantity:
        refuse(
            "quantity",
            _("%(place)s只有 %(left)s %(unit)s，没有登记。")
            % {"place": held.place, "left": held.quantity, "unit": item.unit},
        )
    return held


def _tell(item: Item, event: str, by: Any, at: Any, quantity: int, **more: str) -> None:
    facts = {"what": str(item), "quantity": quantity, "unit": item.unit}
    record(item.stream, event, by=by, at=at, facts=facts | more)
