"""What a leaving shift leaves behind: open incidents, orders to it, clocks that run (交接班)."""

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from incidents.listing import DueRow, Row, due_now, open_rows
from incidents.models import Order
from teams.models import Handover
from teams.selectors import FirstOnDuty

# A shift with more open orders than this has other worries than a list of them.
ORDERS = 60
_MOMENTS = ("due", "armed")


@dataclass(frozen=True)
class OrderLine:
    """An open order to the leaving shift."""

    pk: int
    incident: int
    number: str
    addressee: str
    text: str
    state: str
    state_label: str
    due: datetime.datetime

    @property
    def url(self) -> str:
        return reverse("incidents:detail", args=[self.incident])


@dataclass(frozen=True)
class Items:
    """What is open, most urgent first."""

    incidents: list[Row]
    orders: list[OrderLine]
    clocks: list[DueRow]

    @property
    def is_empty(self) -> bool:
        return not (self.incidents or self.orders or self.clocks)


def gather(handover: Handover) -> Items:
    """What is open now. Five queries: all incidents and clocks are everybody's who is on duty, of
    the orders those to the roster's group and to the departments of the leaving people."""
    departments = handover.leaving.values("department")
    orders = (
        Order.objects.open()
        .filter(Q(group=handover.roster.group_id) | Q(department__in=departments))
        .select_related("incident", "department", "group")
        .order_by("due_at", "pk")[:ORDERS]
    )
    lines = [
        OrderLine(
            pk=order.pk,
            incident=order.incident_id,
            number=order.incident.number,
            addressee=str(order.addressee),
            text=order.text,
            state=order.state,
            state_label=str(order.get_state_display()),
            due=order.due_at,
        )
        for order in orders
    ]
    on_duty = FirstOnDuty(timezone.now())
    return Items(open_rows({}, on_duty), lines, due_now(on_duty))


def as_plain(items: Items) -> dict[str, Any]:
    """The items for a JSON column; `from_plain` gives them back."""
    plain = dataclasses.asdict(items)
    for row in [*plain["incidents"], *plain["orders"], *plain["clocks"]]:
        for name in _MOMENTS:
            if row.get(name) is not None:
                row[name] = row[name].isoformat()
    return plain


def from_plain(plain: dict[str, Any]) -> Items:
    """The items that `as_plain` wrote."""
    return Items(
        [Row(**_row(row)) for row in plain["incidents"]],
        [OrderLine(**_row(row)) for row in plain["orders"]],
        [DueRow(**_row(row)) for row in plain["clocks"]],
    )


def _row(plain: dict[str, Any]) -> dict[str, Any]:
    row = dict(plain)
    for name in _MOMENTS:
        if row.get(name) is not None:
            row[name] = parse_datetime(row[name])
    if "services" in row:
        row["services"] = tuple(row["services"])
    return row
