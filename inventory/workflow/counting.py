"""Verbs of counting a place: start, enter, sign by two, which corrects the stock by moves."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Balance, Count, CountLine, Item, Move, Place
from inventory.workflow.gate import MOST, insist_keeps, lock_items, note_low, post, refuse, usable
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete
from teams.wording import listed


@transaction.atomic
def start_count(place: int, *, by: Any) -> Count:
    """Begin to count a place: what lies there, and what usually does. The one that is open already
    is given instead of a second."""
    insist_keeps(by)
    where = Place.objects.select_for_update(no_key=True).get(pk=place)
    known = where.counts.filter(state__in=[Count.State.COUNTING, Count.State.SIGNED]).first()
    if known is not None:
        return known
    at = now()
    count = Count.objects.create(place=where, started_by=by, started_at=at)
    rows = list(Balance.objects.filter(place=where, quantity__gt=0).order_by("pk"))
    lines = [
        CountLine(count=count, item_id=row.item_id, batch_id=row.batch_id, expected=row.quantity)
        for row in rows
    ]
    there = {row.item_id for row in rows}
    usual = Item.objects.in_use().filter(place=where).exclude(pk__in=there)
    lines += [CountLine(count=count, item=item, expected=0) for item in usual]
    CountLine.objects.bulk_create(lines)
    record(count.stream, "count.start", by=by, at=at, facts={"what": str(where)})
    return count


@transaction.atomic
def enter_counts(
    pk: int, *, by: Any, version: int | None = None, numbers: Mapping[int, tuple[int, str]]
) -> Count:
    """What was counted: number and explanation by the key of the line; what is left out stays.

    Stock goes on meanwhile: a line is compared with what the stock says as it is entered.
    """
    insist_keeps(by)
    count = _lock(pk)
    moving.check_version(count, version)
    _insist_open(count)
    lines = {line.pk: line for line in count.lines.all()}
    lock_items(line.item_id for line in lines.values())
    stock = {
        (row.item_id, row.batch_id): row.quantity
        for row in Balance.objects.filter(place=count.place)
    }
    for key, (number, explanation) in numbers.items():
        line = lines.get(key)
        if line is None:
            continue
        if not 0 <= number <= MOST:
            refuse(f"counted_{key}", _("请填 0 或更大的整数。"))
        # What was entered before and has not changed keeps what it was compared with.
        if line.counted != number:
            line.expected = stock.get((line.item_id, line.batch_id), 0)
        line.counted, line.explanation = number, explanation.strip()[:200]
        line.save()
    count.version += 1
    count.save()
    return count


@transaction.atomic
def sign_count(pk: int, *, by: Any, version: int | None = None) -> Count:
    """The first signature: everything is counted, each difference explained."""
    count = _lock(pk)
    at = now()
    moving.move(count, "sign", by=by, at=at, version=version)
    lines = list(count.lines.select_related("item"))
    left = sum(line.counted is None for line in lines)
    if left:
        raise Incomplete(_("还有 %(left)s 行没有点。") % {"left": left})
    unexplained = [line for line in lines if line.difference and not line.explanation]
    if unexplained:
        sentence = _("差异要写明原因：%(what)s。") % {
            "what": listed(line.item.name for line in unexplained[:5])
        }
        fields = {f"why_{line.pk}": _("请写明差异的原因。") for line in unexplained}
        raise Incomplete(sentence, fields=fields)
    facts = {"what": str(count.place), "lines": len(lines)}
    record(count.stream, "count.sign", by=by, at=at, facts=facts)
    return count


@transaction.atomic
def countersign_count(pk: int, *, by: Any, version: int | None = None) -> Count:
    """The second signature, by somebody else: each difference becomes a move.

    What moved since it was counted counts as well: the difference is added, not the number set.
    Raises Conflict where that would be less than nothing.
    """
    count = _lock(pk)
    at = now()
    moving.move(count, "countersign", by=by, at=at, version=version)
    different = [line for line in count.lines.select_related("batch") if line.difference]
    items = lock_items(line.item_id for line in different)
    before = usable(items.values())
    mark, told = uuid.uuid4(), []
    for number, line in enumerate(different):
        item = items[line.item_id]
        lying = Balance.objects.filter(place=count.place, item=item, batch=line.batch).first()
        if (lying.quantity if lying else 0) + line.difference < 0:
            raise Conflict(
                _("%(what)s在点过之后又发出了，账上不够扣减，请作废后重新点。") % {"what": item}
            )
        post(
            item,
            count.place,
            line.batch,
            Move.Kind.COUNTED,
            abs(line.difference),
            line.difference,
            by=by,
            at=at,
            reason=line.explanation,
            mark=mark,
            line=number,
        )
        told.append(f"{item} {line.difference:+d} {item.unit}")
    facts = {"what": str(count.place), "differences": told, "first": str(count.first_by)}
    record(count.stream, "count.post", by=by, at=at, facts=facts)
    note_low(items.values(), before, at=at)
    return count


@transaction.atomic
def cancel_count(pk: int, *, by: Any, version: int | None = None) -> Count:
    """Counted wrongly: nothing of it holds."""
    count = _lock(pk)
    at = now()
    moving.move(count, "cancel", by=by, at=at, version=version)
    record(count.stream, "count.cancel", by=by, at=at, facts={"what": str(count.place)})
    return count


def _lock(pk: int) -> Count:
    return Count.objects.select_for_update(of=("self",)).select_related("place").get(pk=pk)


def _insist_open(count: Count) -> None:
    if count.state != Count.State.COUNTING:
        raise Conflict(
            _("现在是「%(state)s」，不能再改数字。") % {"state": count.get_state_display()}
        )
