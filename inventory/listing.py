"""The list of supplies and what is due with them: what their pages show, in fixed queries."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone

from inventory.models import Balance, Batch, Item
from inventory.stock import Stock, stock_of

# So long before its expiry a batch is told of.
SOON = datetime.timedelta(days=30)


@dataclass
class Listed:
    """An item in a list, with its numbers and what is the matter with it."""

    item: Item
    stock: Stock
    expires_on: datetime.date | None = None
    today: datetime.date = field(default_factory=timezone.localdate)

    @property
    def is_low(self) -> bool:
        return self.stock.usable < self.item.minimum

    @property
    def is_expired(self) -> bool:
        return self.stock.expired > 0

    @property
    def expires_soon(self) -> bool:
        return self.expires_on is not None and self.expires_on <= self.today + SOON

    @property
    def wants_inspection(self) -> bool:
        return self.item.inspect_by is not None and self.item.inspect_by <= self.today

    @property
    def never_inspected(self) -> bool:
        return self.item.last_inspected_on is None


def items_found(
    *, words: str = "", category: str = "", place: int | None = None, struck_off: bool = False
) -> QuerySet[Item]:
    """Items by words in their name, specification or place, by category, by where they lie."""
    found = Item.objects.filter(is_active=not struck_off)
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(specification__icontains=words)
            | Q(place__name__icontains=words)
        )
    if category in Item.Category.values:
        found = found.filter(category=category)
    if place is not None:
        lies = Balance.objects.filter(place=place, quantity__gt=0).values("item")
        found = found.filter(Q(place=place) | Q(pk__in=lies))
    return found.select_related("place", "keeper")


def listed(items: list[Item]) -> list[Listed]:
    """These items with their numbers; four queries."""
    today, stock = timezone.localdate(), stock_of(items)
    soonest: dict[int, datetime.date] = {}
    batches = Batch.objects.filter(
        item__in=[item.pk for item in items],
        expires_on__gte=today,
        balances__quantity__gt=0,
    )
    for pk, expires_on in batches.values_list("item", "expires_on"):
        if expires_on is not None:
            soonest[pk] = min(expires_on, soonest.get(pk, expires_on))
    return [Listed(item, stock[item.pk], soonest.get(item.pk), today) for item in items]
