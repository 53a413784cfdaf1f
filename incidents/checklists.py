"""The checklists of one incident as one person sees them."""

from functools import cached_property
from typing import Any

from incidents import authority
from incidents.cards import CheckCard
from incidents.models import Check, Deadline, Incident
from incidents.models.state import State
from journal import rows
from plans.models import ChecklistItem
from teams.models import Person

_REPAIRING = (State.REPAIRING, State.RESTORING, State.CLEANING)


class Checklists:
    """Items of the repair and of the restoration under way, each with what this person may do.

    `running`: the incident's running clocks. `retyped`: a check whose decision was refused, and
    the remark that was typed for it.
    """

    def __init__(
        self,
        incident: Incident,
        person: Person,
        running: list[Deadline],
        retyped: tuple[int | None, str] = (None, ""),
    ) -> None:
        self.incident = incident
        self.person = person
        self._clocks = {one.step: one for one in running if one.kind == Deadline.Kind.CHECK}
        self._retyped = retyped

    @cached_property
    def rows(self) -> list[Check]:
        words, rounds = "incident_id = %s AND round = ANY(%s)", [0, self.incident.round]
        found = rows.where(Check, words, self.incident.pk, rounds)
        rows.name(found, "item", "by", "dropped_in", "assigned_to", "added_by")
        for check in found:
            check.incident = self.incident
        return sorted(found, key=lambda check: check.place)

    @property
    def repair(self) -> list[CheckCard]:
        return [self._card(check) for check in self.rows if check.round == 0]

    @property
    def restore(self) -> list[CheckCard]:
        return [self._card(check) for check in self.rows if check.round]

    @property
    def technical(self) -> list[CheckCard]:
        """Of the restoration, what the fault group checks."""
        return [
            self._card(check, back="restoration")
            for check in self.rows
            if check.round and not _is_business(check)
        ]

    @property
    def business(self) -> list[CheckCard]:
        """Of the restoration, what an affected department tries for real."""
        return [
            self._card(check, back="restoration")
            for check in self.rows
            if check.round and _is_business(check)
        ]

    @cached_property
    def may_add(self) -> bool:
        return self.incident.state in _REPAIRING and self._may[ChecklistItem.Decider.FAULT.value]

    @cached_property
    def to_do(self) -> list[Check]:
        """What this person may decide now: taken by themselves first, then what nobody has."""
        pending = [check for check in self.rows if self._is_offered(check)]
        free = [check for check in pending if check.assigned_to_id in (None, self.person.pk)]
        # The restoration under way comes before what is left of the repair.
        return sorted(free, key=lambda one: (one.assigned_to_id is None, one.round == 0))

    @property
    def mine_to_do(self) -> int:
        return len(self.to_do)

    def one(self, check: Check) -> CheckCard:
        """The card of an item that fills the screen."""
        return self._card(check, back="steps")

    def _card(self, check: Check, **more: Any) -> CheckCard:
        refused, typed = self._retyped
        return CheckCard.of(
            check,
            may=self._is_offered(check),
            retyped=typed if check.pk == refused else "",
            person=self.person.pk,
            clock=self._clocks.get(check.pk),
            assigns=self._may[ChecklistItem.Decider.FAULT.value],
            **more,
        )

    def _is_offered(self, check: Check) -> bool:
        if check.result != Check.Result.PENDING or check.dropped_in_id is not None:
            return False
        if not self._may[check.decider]:
            return False
        if check.round == 0:
            return self.incident.state in _REPAIRING
        return self.incident.state == State.RESTORING and not self._is_signed

    @cached_property
    def _may(self) -> dict[str, bool]:
        """By who decides: may this person? Asked once for each kind."""
        found = {}
        for check in [Check(incident=self.incident, added_text="-"), *self.rows]:
            if check.decider not in found:
                found[check.decider] = authority.may_decide(check, self.person)
        return found

    @cached_property
    def _is_signed(self) -> bool:
        return bool(self.incident.signatures.filter(round=self.incident.round).exists())


def _is_business(check: Check) -> bool:
    return check.decider == ChecklistItem.Decider.DEPARTMENT
