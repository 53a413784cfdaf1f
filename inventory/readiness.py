"""Whether what is wanted is there, and for how long work by hand can go on (row P19).

Rooms above say what is wanted, by name, as the plan words it; nothing here knows of plans.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Sum
from django.urls import reverse

from inventory.models import Fund, Item, Loan
from inventory.stock import Stock, stock_of

# Windows to reckon with where nobody said how many work by hand.
WINDOWS = 20


@dataclass(frozen=True)
class Wish:
    """So many of what has this name."""

    name: str
    quantity: int
    unit: str


@dataclass
class Ready:
    """A wish, and what there is of it: `free` to be issued, `out` issued for this very purpose."""

    wish: Wish
    items: list[Item] = field(default_factory=list)
    free: int = 0
    out: int = 0
    fund: Fund | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.items or self.fund)

    @property
    def url(self) -> str:
        """The page of it, empty where nobody has entered it."""
        if self.fund is not None:
            return reverse("inventory:funds")
        return self.items[0].get_absolute_url() if self.items else ""

    @property
    def short(self) -> int:
        """How many are missing."""
        return max(0, self.wish.quantity - self.free - self.out)

    @property
    def left_to_issue(self) -> int:
        """What is wanted and not issued yet, as far as it is there."""
        return max(0, min(self.wish.quantity - self.out, self.free)) if self.items else 0


@dataclass(frozen=True)
class Lasting:
    """For how many hours an item lasts when so many windows work by hand."""

    item: Item
    hours: Decimal

    @property
    def whole_hours(self) -> int:
        return int(self.hours)


def readiness(wishes: Sequence[Wish], *, streams: Sequence[str] = ()) -> list[Ready]:
    """What there is of each wish, in six queries.

    `streams`: what was kept back or issued for these counts as there.
    """
    by_name: dict[str, list[Item]] = {}
    names = {wish.name for wish in wishes}
    for item in Item.objects.in_use().filter(name__in=names).order_by("pk"):
        by_name.setdefault(item.name, []).append(item)
    items = [item for found in by_name.values() for item in found]
    stock = stock_of(items, stream=streams[0] if streams else "")
    out = _issued(items, streams)
    purses = {fund.name: fund for fund in Fund.objects.filter(name__in=names)}
    found = []
    for wish in wishes:
        purse = purses.get(wish.name)
        if purse is not None and wish.name not in by_name:
            found.append(Ready(wish, free=int(purse.balance), fund=purse))
            continue
        kinds = by_name.get(wish.name, [])
        free = sum(stock[item.pk].free for item in kinds if item.is_ready)
        issued = sum(out.get(item.pk, 0) for item in kinds)
        found.append(Ready(wish, kinds, free, issued))
    return found


def lasting(
    windows: int, *, streams: Sequence[str] = (), from_the_start: bool = False
) -> list[Lasting]:
    """What manual work uses up, the soonest at its end first; for at least one window.

    As it is now, or `from_the_start`: with what was used up for these purposes already.
    """
    rated = Item.objects.issuable().filter(per_window_hour__isnull=False)
    items = list(rated.order_by("pk"))
    stock = stock_of(items, stream=streams[0] if streams else "")
    out = _issued(items, streams, with_used_up=from_the_start)
    found = [
        Lasting(item, _hours(item, stock[item.pk], out.get(item.pk, 0), max(1, windows)))
        for item in items
    ]
    return sorted(found, key=lambda each: each.hours)


def _hours(item: Item, stock: Stock, out: int, windows: int) -> Decimal:
    rate = item.per_window_hour or Decimal(1)
    return Decimal(stock.free + out) / (rate * windows)


def _issued(
    items: Iterable[Item], streams: Sequence[str], *, with_used_up: bool = False
) -> dict[int, int]:
    """How many of each are out for these purposes, or were used up for them as well."""
    if not streams:
        return {}
    left = F("quantity") - F("returned") - F("damaged") - F("lost")
    if not with_used_up:
        left = left - F("consumed")
    loans = Loan.objects.filter(item__in=items, stream__in=streams).values("item")
    return dict(loans.annotate(n=Sum(left)).order_by().values_list("item", "n"))
