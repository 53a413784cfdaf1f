"""What the review begins with: all that is known of the handling, gathered for its page.

The same facts as in the written report (`reviews.report`), in the reader's language, with what was
late or never answered counted, so that one sees at a glance where to look.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from incidents.models import Order
from journal.models import Entry
from reviews.measures import Measure, measure
from reviews.models import Review
from reviews.report import calling, events, handling, resources


@dataclass
class Doer:
    """One department or group: how many duties it had, and how it did them."""

    who: str
    duties: list[Measure] = field(default_factory=list)

    def _count(self, *outcomes: str) -> int:
        return sum(duty.outcome in outcomes for duty in self.duties)

    @property
    def met(self) -> int:
        return self._count("met")

    @property
    def late(self) -> int:
        return self._count("late")

    @property
    def undone(self) -> int:
        """Never done, or refused."""
        return self._count("open", "refused")

    @property
    def worst(self) -> int:
        """Minutes over the target at worst."""
        return max((duty.late_by for duty in self.duties), default=0)


def by_doer(measures: Iterable[Measure]) -> list[Doer]:
    """The measured duties by who had them, in the order in which they first appear."""
    found: dict[str, Doer] = {}
    for one in measures:
        if one.who:
            found.setdefault(one.who, Doer(one.who)).duties.append(one)
    return list(found.values())


def collected(review: Review) -> dict[str, Any]:
    """Everything, with the counts for the table of contents. The number of queries is fixed."""
    incident = review.incident
    entries = list(Entry.objects.of(incident.stream))
    clocks = list(incident.deadlines.order_by("epoch", "pk"))
    measures = measure(incident)
    orders = handling.orders(incident)
    notices = handling.notices(incident, entries, clocks)
    calls = calling.calls(incident)
    proof = handling.proof(incident, entries)
    supplies = resources.supplies(incident)
    refused = str(Order.State.REFUSED.label)
    return {
        "course": events.course(entries),
        "measures": measures,
        "late_steps": sum(one.outcome == "late" for one in measures),
        "doers": by_doer(measures),
        "orders": orders,
        "late_orders": sum(bool(one["late_by"]) for one in orders),
        "refused_orders": sum(one["state"] == refused for one in orders),
        "refused": refused,
        "notices": notices,
        "late_notices": sum(bool(one["late_by"]) for one in notices["list"]),
        "calls": calls,
        "called": sum(one["people"] for one in calls),
        "silent": sum(one["people"] - one["answered"] for one in calls),
        "proof": proof,
        "checks": [*proof["repair"], *proof["restore"]],
        "manual": resources.manual(incident),
        "forms": resources.forms(incident),
        "supplies": supplies,
        "law": resources.law(incident, entries),
    }
