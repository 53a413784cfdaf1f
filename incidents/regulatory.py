"""What the law demands of an incident, with its clocks. A reminder, no legal advice.

What is to be reported stands in the form of `incidents.law`.
"""

import datetime
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from incidents.models import Deadline, Incident
from plans.models import FaultType, RegulatoryClock


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


def arm(incident: Incident, known_at: datetime.datetime) -> list[Deadline]:
    """Start the clocks of what rules demand of such a fault; called by verbs, the row locked.

    By the plan's list (domain, section 5): those of the fault type and of all types; where records
    of patients are exposed, those of a loss of data too. A rule that has its clock already keeps
    it, also one of the version before a change of plan: a rule is known by its words. They count
    from `known_at`, unless a clock of the law says since when the hospital has known.
    """
    kinds = {incident.fault_type} | ({FaultType.DATA_LOSS} if incident.records_exposed else set())
    found = duties(incident)
    known = {duty.title for duty in found}
    stands = [duty for duty in found if not duty.is_settled] or found
    since = stands[0].clock.armed_at if stands else known_at
    return Deadline.objects.bulk_create(
        Deadline(
            incident=incident,
            kind=Deadline.Kind.REGULATORY,
            step=rule.pk,
            epoch=1,
            holder=rule.who,
            armed_at=since,
            due_at=incident.due(since, timedelta(hours=rule.hours)),
        )
        for rule in RegulatoryClock.objects.filter(plan=incident.plan_id)
        if rule.rule not in known and (not rule.fault_types or kinds & set(rule.fault_types))
    )
