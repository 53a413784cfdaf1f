"""Verbs of giving out and taking back (领用、归还), and of keeping back for somebody (预留)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Balance, Item, Loan, Move, Place, Reservation
from inventory.stock import stock_of
from inventory.workflow.gate import (
    Moment,
    insist_keeps,
    lock_item,
    lock_items,
    note_low,
    post,
    refuse,
    said,
    some,
    usable,
    was_sent,
)
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict
from teams.models import Department
from teams.wording import listed


@dataclass(frozen=True)
class Wanted:
    """So many of an item, from one place or from wherever it lies."""

    item: int
    quantity: int
    place: Place | None = None


@dataclass(frozen=True)
class Purpose:
    """What something is for: the journal's stream of it, words for people, and its page."""

    words: str
    stream: str = ""
    url: str = ""
    # What it is called, where `words` say something of their own.
    about: str = ""


@transaction.atomic
def lend(
    wanted: Sequence[Wanted],
    *,
    by: Any,
    purpose: Purpose,
    department: Department | None = None,
    taker: str = "",
    client_uuid: uuid.UUID | None = None,
) -> list[Loan]:
    """Give things out: all that is wanted, or nothing. What expires first goes first; what has
    expired, and what is kept back for others, stays.

    Gives the loans, one for each place and batch. The same call sent twice gives those of the
    first. Raises Conflict, naming what is short, where somebody else was faster.
    """
    insist_keeps(by)
    _insist_whole(wanted)
    words = said(purpose.words, "purpose", _("请写明用途。"))
    taker = taker.strip()[:60]
    if department is None and not taker:
        refuse("taker", _("请填写领用的科室或人。"))
    items = lock_items(each.item for each in wanted)
    if client_uuid is not None and was_sent(client_uuid):
        return list(Loan.objects.filter(moves__client_uuid=client_uuid).distinct().order_by("pk"))
    at, before = now(), usable(items.values())
    _insist_enough(wanted, items, purpose.stream)
    mark = client_uuid or uuid.uuid4()
    loans: list[Loan] = []
    for each in wanted:
        item = items[each.item]
        for balance, quantity in _chosen(item, each):
            loan = Loan.objects.create(
                item=item,
                place=balance.place,
                batch=balance.batch,
                quantity=quantity,
                department=department,
                taker=taker,
                stream=purpose.stream,
                purpose=words,
                url=purpose.url,
                issued_by=by,
                issued_at=at,
            )
            post(
                *(item, balance.place, balance.batch, Move.Kind.ISSUED, quantity, -quantity),
                by=by,
                at=at,
                loan=loan,
                reason=words,
                mark=mark,
                line=len(loans),
            )
            loans.append(loan)
        _fulfil(item, each.quantity, purpose.stream, at)
    told = {
        "lines": [f"{items[each.item]} {each.quantity} {items[each.item].unit}" for each in wanted],
        "to": loans[0].who,
        "purpose": words,
    }
    for stream in [purpose.stream] if purpose.stream else _streams(items.values()):
        record(stream, "supply.issue", by=by, at=at, facts=told)
    note_low(items.values(), before, at=at)
    return loans


@transaction.atomic
def give_back(
    pk: int,
    *,
    by: Any,
    version: int | None = None,
    returned: int = 0,
    damaged: int = 0,
    lost: int = 0,
    consumed: int = 0,
    reason: str = "",
    name: str = "",
    place: Place | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Loan:
    """What became of something that was out: back in order, broken, lost, used up.

    Only what is in order is stock again, at the place it came from unless `place` says otherwise.
    Damage and loss want a reason and the name of whoever answers for it. Raises Conflict where so
    much is not out any more.
    """
    insist_keeps(by)
    loan = Loan.objects.select_for_update(of=("self",)).select_related("department").get(pk=pk)
    item = lock_item(loan.item_id)
    if was_sent(client_uuid):
        return loan
    check_version(loan, version)
    parts = {"returned": returned, "damaged": damaged, "lost": lost, "consumed": consumed}
    if min(parts.values()) < 0 or not any(parts.values()):
        refuse("returned", _("请填写归还、损坏、丢失或用掉的数量。"))
    reason, name = reason.strip()[:200], name.strip()[:60]
    if (damaged or lost) and not reason:
        refuse("reason", _("损坏或丢失要写明原因。"))
    if (damaged or lost) and not name:
        refuse("name", _("损坏或丢失要写明经手人的姓名。"))
    if sum(parts.values()) > loan.outstanding:
        raise Conflict(
            _("只有 %(left)s %(unit)s还在外面，没有登记。")
            % {"left": loan.outstanding, "unit": item.unit}
        )
    at, mark = now(), client_uuid or uuid.uuid4()
    words = "：".join(filter(None, [name, reason]))
    for line, (part, quantity) in enumerate(parts.items()):
        if quantity:
            setattr(loan, part, getattr(loan, part) + quantity)
            post(
                item,
                (place if part == "returned" else None) or loan.place,
                loan.batch,
                Move.Kind(part),
                quantity,
                quantity if part == "returned" else 0,
                by=by,
                at=at,
                loan=loan,
                reason=words,
                mark=mark,
                line=line,
            )
    if not loan.outstanding:
        loan.settled_at = at
    loan.version += 1
    loan.save()
    labels = {part: Move.Kind(part).label for part in parts}
    told = {
        "what": str(item),
        "outcome": listed(
            f"{labels[part]} {quantity} {item.unit}" for part, quantity in parts.items() if quantity
        ),
        "who": loan.who,
        "name": name,
        "reason": reason,
    }
    record(loan.stream or item.stream, "supply.return", by=by, at=at, facts=told)
    return loan


@transaction.atomic
def reserve(pk: int, *, by: Any, quantity: int, purpose: Purpose) -> Reservation:
    """Keep back so many altogether for a purpose; another number for the same one replaces it.

    Raises Conflict where there is not so much that nobody else has.
    """
    insist_keeps(by)
    some(quantity)
    item = lock_item(pk)
    _insist_ready(item)
    free = stock_of([item], stream=purpose.stream)[pk].free
    if quantity > free:
        raise Conflict(
            _("%(what)s只能再预留 %(free)s %(unit)s。")
            % {"what": item, "free": free, "unit": item.unit}
        )
    at = now()
    Reservation.objects.filter(item=item, stream=purpose.stream, released_at__isnull=True).update(
        released_at=at
    )
    made = Reservation.objects.create(
        item=item,
        quantity=quantity,
        stream=purpose.stream,
        purpose=purpose.words,
        url=purpose.url,
        by=by,
        at=at,
    )
    told = {"what": str(item), "quantity": quantity, "unit": item.unit, "purpose": purpose.words}
    record(purpose.stream, "supply.reserve", by=by, at=at, facts=told)
    return made


@transaction.atomic
def release(stream: str, *, by: Any, item: int | None = None) -> int:
    """Nothing is kept back for this purpose any more; give how many reservations that were."""
    insist_keeps(by)
    held = Reservation.objects.held().filter(stream=stream)
    if item is not None:
        held = held.filter(item=item)
    lock_items(held.values_list("item", flat=True))
    names = [str(each.item) for each in held.select_related("item")]
    at = now()
    if names:
        held.update(released_at=at)
        record(stream, "supply.release", by=by, at=at, facts={"what": listed(names)})
    return len(names)


def _insist_whole(wanted: Sequence[Wanted]) -> None:
    if not wanted:
        refuse("lines", _("请至少选一种物资。"))
    for each in wanted:
        some(each.quantity)
    if len({each.item for each in wanted}) < len(wanted):
        refuse("lines", _("同一种物资请写在一行里。"))


def _insist_ready(item: Item) -> None:
    if not item.is_ready:
        raise Conflict(
            _("%(what)s停用待修，不能领用：%(why)s")
            % {"what": item, "why": item.status_reason or _("已不在册")}
        )


def _insist_enough(wanted: Sequence[Wanted], items: dict[int, Item], stream: str) -> None:
    """All of it is there and free, or none of it goes out."""
    stock = stock_of(items.values(), stream=stream)
    short = []
    for each in wanted:
        item = items.get(each.item)
        if item is None:
            refuse("lines", _("没有这种物资。"))
            continue
        _insist_ready(item)
        free = stock[item.pk].free
        if each.place is not None:
            free = min(free, sum(row.quantity for row in _balances(item, each.place)))
        if free < each.quantity:
            facts = {"what": item, "left": free, "wanted": each.quantity, "unit": item.unit}
            short.append(_("%(what)s只剩 %(left)s %(unit)s可领，要 %(wanted)s") % facts)
    if short:
        raise Conflict(_("没有发放：%(short)s。") % {"short": "；".join(short)})


def _balances(item: Item, place: Place | None) -> list[Balance]:
    """Where it lies, what expires first before the rest; nothing that has expired."""
    rows = (
        Balance.objects.filter(item=item, quantity__gt=0)
        .exclude(batch__expires_on__lt=timezone.localdate())
        .select_related("place", "batch")
        .order_by(F("batch__expires_on").asc(nulls_last=True), "-quantity", "pk")
    )
    return list(rows.filter(place=place) if place is not None else rows)


def _chosen(item: Item, wanted: Wanted) -> list[tuple[Balance, int]]:
    left, chosen = wanted.quantity, []
    for row in _balances(item, wanted.place):
        taken = min(left, row.quantity)
        if taken:
            chosen.append((row, taken))
            left -= taken
    return chosen


def _fulfil(item: Item, quantity: int, stream: str, at: Moment) -> None:
    """What was kept back for this purpose is now out."""
    held = Reservation.objects.held().filter(item=item, stream=stream).first() if stream else None
    if held is not None:
        held.fulfilled += min(held.left, quantity)
        if not held.left:
            held.released_at = at
        held.save(update_fields=["fulfilled", "released_at"])


def _streams(items: Any) -> list[str]:
    return [item.stream for item in sorted(items, key=lambda item: item.pk)]
