"""Supplies of one incident: what its plan demands, what is there, what is out (row P19)."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from incidents.guide import Guide
from incidents.models import Incident
from incidents.models.state import UNRESTORED, State
from inventory.authority import keeps
from inventory.costs import Cost, cost_of
from inventory.models import Item, Loan, Reservation, Supplier
from inventory.models.supplier import answering_for
from inventory.readiness import WINDOWS, Lasting, Ready, Wish, lasting, readiness
from inventory.stock import stock_of

# Until the completeness was proved something may still be needed.
ISSUING = (*UNRESTORED, State.CLEANING)


def streams_of(incident: Incident) -> list[str]:
    """The incident's own stream, and those of incidents that were merged into it."""
    return [incident.stream, *(other.stream for other in incident.merged.all())]


def needs(incident: Incident) -> list[Ready]:
    """What the pinned plan demands for this fault, with what there is of it."""
    wishes = [
        Wish(supply.item, supply.quantity, supply.unit) for supply in Guide(incident).supplies
    ]
    return readiness(wishes, streams=streams_of(incident))


def in_words(short: Ready) -> str:
    """«备用交换机 2 台，缺 1 台»"""
    facts = {"what": short.wish.name, "unit": short.wish.unit, "short": short.short}
    return _("%(what)s缺 %(short)s %(unit)s") % facts


class Supplying:
    """The part of the incident page about supplies; each piece is read once, when it is asked."""

    def __init__(self, incident: Incident, person: Any, windows: int | None = None) -> None:
        self.incident = incident
        self.person = person
        self.windows = windows or incident.windows_closed or WINDOWS

    @cached_property
    def streams(self) -> list[str]:
        return streams_of(self.incident)

    @cached_property
    def needs(self) -> list[Ready]:
        return needs(self.incident)

    @property
    def short(self) -> list[Ready]:
        return [each for each in self.needs if each.short]

    @cached_property
    def lasting(self) -> list[Lasting]:
        return lasting(self.windows, streams=self.streams)

    @property
    def first_to_end(self) -> Lasting | None:
        return self.lasting[0] if self.lasting else None

    @cached_property
    def loans(self) -> list[Loan]:
        """Everything issued for it, what is still out first."""
        found = Loan.objects.filter(stream__in=self.streams)
        rows = list(found.select_related("item", "department", "place").order_by("pk"))
        return sorted(rows, key=lambda loan: not self.must_return(loan))

    @staticmethod
    def must_return(loan: Loan) -> bool:
        return loan.outstanding > 0 and not loan.item.is_consumable

    @property
    def open_loans(self) -> list[Loan]:
        return [loan for loan in self.loans if self.must_return(loan)]

    @property
    def settled_loans(self) -> list[Loan]:
        return [loan for loan in self.loans if not self.must_return(loan)]

    @cached_property
    def held(self) -> list[Reservation]:
        found = Reservation.objects.held().filter(stream=self.incident.stream)
        return list(found.select_related("item").order_by("pk"))

    @cached_property
    def cost(self) -> Cost:
        """What was paid from the emergency fund for it."""
        return cost_of(self.streams)

    @cached_property
    def hotlines(self) -> list[Supplier]:
        """Who answers for what is broken, by the words of the fault."""
        incident = self.incident
        services = incident.services.values_list("name", flat=True)
        words = [incident.title, incident.seen, str(incident.get_fault_type_display()), *services]
        return answering_for("\n".join(words))

    @property
    def keeps(self) -> bool:
        return keeps(self.person)

    @property
    def may_issue(self) -> bool:
        return self.keeps and self.incident.state in ISSUING

    @property
    def may_pay(self) -> bool:
        return self.may_issue and not self.incident.is_drill

    @cached_property
    def may_reserve(self) -> bool:
        """Something is there that is wanted, and neither out nor kept back. Never for a drill."""
        if self.incident.is_drill:
            return False
        held = {each.item_id for each in self.held}
        return self.may_issue and any(
            each.left_to_issue and not held & {item.pk for item in each.items}
            for each in self.needs
        )

    def choices(self) -> list[tuple[Item, int, int]]:
        """Items fit to be issued: each, how many are free, how many the plan still wants. Wanted
        ones first."""
        items = list(Item.objects.issuable().select_related("place"))
        stock = stock_of(items, stream=self.incident.stream)
        wanted: dict[int, int] = {}
        for each in self.needs:
            left = each.left_to_issue
            for item in each.items:
                if item.pk in stock:
                    wanted[item.pk] = min(left, stock[item.pk].free)
                    left -= wanted[item.pk]
        rows = [(item, stock[item.pk].free, wanted.get(item.pk, 0)) for item in items]
        return sorted(rows, key=lambda row: not row[2])
