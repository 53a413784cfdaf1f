"""What was paid from the emergency fund for something: for its page and its review (row P19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.models import Payment


@dataclass(frozen=True)
class Cost:
    """Payments for it; `total` counts what was spent, and of open advances all of it."""

    payments: list[Payment]

    @property
    def total(self) -> Decimal:
        done = (Payment.State.PAID, Payment.State.SETTLED)
        return sum(
            (
                each.amount if each.spent is None else each.spent
                for each in self.payments
                if each.state in done
            ),
            Decimal(0),
        )

    @property
    def open_advances(self) -> list[Payment]:
        return [each for each in self.payments if each.is_open_advance]


def cost_of(streams: Sequence[str]) -> Cost:
    """One query."""
    rows = Payment.objects.filter(stream__in=streams).select_related("fund", "asked_by")
    return Cost(list(rows.order_by("pk")))
