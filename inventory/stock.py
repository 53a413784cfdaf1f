"""How much there is: worked out from balances, reservations and loans, for many items at once."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, Sum
from django.utils import timezone

from inventory.models import Balance, Item, Loan, Reservation


@dataclass
class Stock:
    """One item's numbers. `expired` lies there but may not be given out; `out` must come back."""

    total: int = 0
    expired: int = 0
    reserved: int = 0
    out: int = 0

    @property
    def usable(self) -> int:
        return self.total - self.expired

    @property
    def free(self) -> int:
        """What may be given to somebody for whom nothing was kept back."""
        return max(0, self.usable - self.reserved)


def stock_of(
    items: Iterable[Item], *, stream: str = "", today: datetime.date | None = None
) -> dict[int, Stock]:
    """The numbers of each item by its key, in three queries.

    `stream`: what is kept back for this purpose is not counted as reserved.
    """
    keys = [item.pk for item in items]
    found = {key: Stock() for key in keys}
    if not keys:
        return found
    today = today or timezone.localdate()
    balances = (
        Balance.objects.filter(item__in=keys)
        .values("item")
        .annotate(
            total=Sum("quantity"),
            expired=Sum("quantity", filter=Q(batch__expires_on__lt=today), default=0),
        )
        .order_by()
    )
    for row in balances:
        found[row["item"]].total, found[row["item"]].expired = row["total"], row["expired"]
    held = Reservation.objects.held().filter(item__in=keys)
    if stream:
        held = held.exclude(stream=stream)
    kept = held.values("item").annotate(n=Sum(F("quantity") - F("fulfilled"))).order_by()
    for pk, number in kept.values_list("item", "n"):
        found[pk].reserved = number
    left = F("quantity") - F("returned") - F("damaged") - F("lost") - F("consumed")
    loans = Loan.objects.open().filter(item__in=keys).values("item").annotate(n=Sum(left))
    for pk, number in loans.order_by().values_list("item", "n"):
        found[pk].out = number
    return found
