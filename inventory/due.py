"""What is to be done with supplies now (要办), for its page: low, expired, to be inspected, out."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from inventory.listing import SOON, Listed, listed
from inventory.models import Balance, Item, Loan


@dataclass(frozen=True)
class Due:
    """Each part soonest first. A fixed number of queries, whatever their length."""

    low: list[Listed]
    expiring: list[Balance]
    inspections: list[Item]
    broken: list[Item]
    loans: list[Loan]
    today: datetime.date

    @property
    def is_nothing(self) -> bool:
        return not (self.low or self.expiring or self.inspections or self.broken or self.loans)


# What has been out for longer is asked after.
LONG = datetime.timedelta(days=7)


def due() -> Due:
    today = timezone.localdate()
    watched = Item.objects.in_use().filter(minimum__gt=0).select_related("place")
    expiring = Balance.objects.filter(
        quantity__gt=0, batch__expires_on__lte=today + SOON, item__is_active=True
    ).select_related("item", "place", "batch")
    known = Item.objects.in_use().select_related("place", "keeper")
    loans = Loan.objects.open().filter(issued_at__lt=timezone.now() - LONG)
    return Due(
        low=[row for row in listed(list(watched)) if row.is_low],
        expiring=list(expiring.order_by("batch__expires_on", "pk")),
        inspections=list(known.filter(inspect_by__lte=today).order_by("inspect_by", "pk")),
        broken=list(known.filter(status=Item.Status.OUT_OF_SERVICE)),
        loans=list(loans.select_related("item", "department").order_by("pk")),
        today=today,
    )
