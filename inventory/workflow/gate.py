"""What verbs of this room share: the permission, the row lock, the move.

Locks are taken in one order: what the verb is for (an incident), a loan or count, then items by
key; journal streams last. Whoever holds an item's row alone moves its stock.
"""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from inventory.authority import keeps
from inventory.models import Batch, Item, Loan, Move, Place
from inventory.stock import stock_of
from journal.recording import record
from journal.refusals import Incomplete, NotAllowed

Moment = datetime.datetime
MOST = 1_000_000


def insist_keeps(by: Any) -> None:
    if not keeps(by):
        raise NotAllowed(_("物资由后勤人员管理。"))


def lock_items(keys: Iterable[int]) -> dict[int, Item]:
    """The items, locked in the order of their keys: nobody else moves their stock meanwhile."""
    rows = Item.objects.select_for_update(no_key=True).filter(pk__in=set(keys)).order_by("pk")
    return {item.pk: item for item in rows}


def lock_item(pk: int) -> Item:
    """One item, locked. Raises Item.DoesNotExist."""
    return Item.objects.select_for_update(no_key=True).get(pk=pk)


def post(
    item: Item,
    place: Place,
    batch: Batch | None,
    kind: str,
    quantity: int,
    change: int,
    *,
    by: Any,
    at: Moment,
    loan: Loan | None = None,
    reason: str = "",
    mark: uuid.UUID | None = None,
    line: int = 0,
) -> Move:
    """Append one move; the database adds it to its balance, and refuses one below nothing."""
    return Move.objects.create(
        item=item,
        place=place,
        batch=batch,
        kind=kind,
        quantity=quantity,
        change=change,
        by=by,
        at=at,
        loan=loan,
        reason=reason[:200],
        client_uuid=mark or uuid.uuid4(),
        line=line,
    )


def was_sent(mark: uuid.UUID | None) -> bool:
    """Was this form or call carried out before? Asked behind the lock."""
    return mark is not None and Move.objects.filter(client_uuid=mark).exists()


def some(quantity: int, field: str = "quantity") -> int:
    """A number of things. Raises Incomplete unless it is at least one."""
    if not 1 <= quantity <= MOST:
        refuse(field, _("请填写 1 到 %(most)s 之间的数量。") % {"most": MOST})
    return quantity


def refuse(field: str, sentence: str | Promise) -> None:
    """Raise Incomplete with the sentence at the field."""
    raise Incomplete(sentence, fields={field: sentence})


def said(text: str, field: str, sentence: str | Promise) -> str:
    """The text without blanks around it. Raises Incomplete where there is none."""
    text = (text or "").strip()
    if not text:
        refuse(field, sentence)
    return text[:200]


def usable(items: Iterable[Item]) -> dict[int, int]:
    """How many of each could be given out, whatever is kept back for whom."""
    return {pk: stock.usable for pk, stock in stock_of(items).items()}


def note_low(items: Iterable[Item], before: dict[int, int], *, at: Moment) -> None:
    """Record `supply.low` for each item that this verb brought below its minimum (row P19)."""
    items = sorted(items, key=lambda item: item.pk)
    after = usable(items)
    for item in items:
        if before[item.pk] >= item.minimum > after[item.pk]:
            facts = {
                "item": item.pk,
                "what": str(item),
                "left": after[item.pk],
                "minimum": item.minimum,
                "unit": item.unit,
            }
            record(item.stream, "supply.low", by=None, at=at, facts=facts)
