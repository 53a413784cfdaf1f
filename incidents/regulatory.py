"""What the law demands of an incident, with its clocks. A reminder, no legal advice.

What is to be reported stands in the form of `incidents.law`.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident
from plans.models import RegulatoryClock


@dataclass(frozen=True)
class Duty:
    """A law's clock with its rule."""

    clock: Deadline
    rule: RegulatoryClock | None

    @property
    def title(self) -> str:
        return self.rule.rule if self.rule is not None else str(_("法定报告"))

    @property
    def is_settled(self) -> bool:
        return self.clock.met_at is not None or self.clock.cancelled_at is not None


def duties(incident: Incident) -> list[Duty]:
    """The law's clocks of an incident, those that run out first, first. Two queries."""
    clocks = list(
        Deadline.objects.filter(incident=incident, kind=Deadline.Kind.REGULATORY).order_by(
            "due_at", "pk"
        )
    )
    rules = RegulatoryClock.objects.in_bulk([clock.step for clock in clocks])
    return [Duty(clock, rules.get(clock.step)) for clock in clocks]
