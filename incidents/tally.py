"""How a batch stands: each number's place, what is entered and checked, and whether cash agrees.

Read by pages, by the printed account, by the gate of the clean-up, and by the verb that settles.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from incidents.models import Batch, Reentry, Slip
from incidents.numbers import spoken, written
from journal import rows

Fate = Slip.Fate


@dataclass
class Tally:
    """One batch in numbers. Two queries, whatever its size."""

    batch: Batch
    numbers: dict[str, set[int]] = field(default_factory=dict)
    entered: set[int] = field(default_factory=set)
    reentries: list[Reentry] = field(default_factory=list)

    @classmethod
    def of(cls, batch: Batch) -> "Tally":
        tally = cls(batch, {str(fate): set() for fate in Fate})
        found = Slip.objects.filter(batch=batch).values_list("number", "fate", "reentry_id")
        for number, fate, reentry in found.order_by():
            tally.numbers[fate].add(number)
            if reentry is not None:
                tally.entered.add(number)
        tally.reentries = list(Reentry.objects.filter(batch=batch).order_by("-pk"))
        return tally

    def name(self) -> "Tally":
        """With the people who entered, checked and returned."""
        rows.name(self.reentries, "by", "checked_by", "returned_by")
        return self

    # Numbers ------------------------------------------------------------------------------------

    @property
    def used(self) -> set[int]:
        return self.numbers[Fate.USED]

    @property
    def void(self) -> set[int]:
        return self.numbers[Fate.VOID]

    @property
    def lost(self) -> set[int]:
        return self.numbers[Fate.LOST]

    @property
    def unused(self) -> set[int]:
        return self.numbers[Fate.UNUSED]

    @property
    def not_entered(self) -> set[int]:
        return self.used - self.entered

    @property
    def not_entered_words(self) -> str:
        return written(self.not_entered)

    @property
    def difference_words(self) -> str:
        return signed(self.difference)

    @property
    def lines(self) -> list[tuple[str, int, str]]:
        """Each fate with its count and its numbers as they are written."""
        return [
            (str(fate.label), len(self.numbers[fate]), written(self.numbers[fate]))
            for fate in (Fate.USED, Fate.VOID, Fate.LOST, Fate.UNUSED)
        ]

    @property
    def next_unused(self) -> int | None:
        """The number that comes next at the window: behind all that were touched."""
        touched = self.used | self.void | self.lost
        behind = [number for number in self.unused if number > max(touched, default=0)]
        return min(behind, default=None)

    # Entries ------------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[Reentry]:
        """Entered, and waiting for a second person."""
        return [entry for entry in self.reentries if entry.is_waiting]

    @property
    def valid(self) -> list[Reentry]:
        return [entry for entry in self.reentries if entry.returned_at is None]

    @property
    def checked_count(self) -> int:
        return sum(entry.count for entry in self.valid if entry.checked_at is not None)

    # Cash ---------------------------------------------------------------------------------------

    @property
    def entered_total(self) -> Decimal | None:
        """What the system shows for all that was entered; None where there is no cash."""
        if not self.batch.with_cash:
            return None
        return sum((entry.amount or Decimal(0) for entry in self.valid), Decimal("0.00"))

    @property
    def difference(self) -> Decimal | None:
        """System against paper: what was entered beyond what is on the paper. None until the paper
        was added up."""
        if self.entered_total is None or self.batch.paper_total is None:
            return None
        return self.entered_total - self.batch.paper_total

    @property
    def is_explained(self) -> bool:
        """The cash agrees, or this very difference has been explained by name."""
        return not self.difference or self.batch.explained == self.difference

    # What is missing ----------------------------------------------------------------------------

    @property
    def missing(self) -> list[str]:
        """Sentences on what must still be done before the batch can be settled."""
        batch, said = self.batch, []
        if batch.accounted_at is None:
            said.append(_("号码还没有点清。"))
        if self.not_entered:
            said.append(_("%(numbers)s还没有补录。") % {"numbers": spoken(self.not_entered)})
        if self.waiting:
            count = sum(entry.count for entry in self.waiting)
            said.append(_("%(count)s 张补录了，还没有第二个人复核。") % {"count": count})
        if batch.with_cash:
            if batch.paper_total is None:
                said.append(_("还没有登记纸面合计。"))
            elif not self.is_explained:
                said.append(
                    _("补录合计与纸面合计相差 %(difference)s 元，还没有人说明。")
                    % {"difference": signed(self.difference)}
                )
        return said


def signed(amount: Decimal | None) -> str:
    """`+12.50`, `-3.00`: a difference says which way."""
    if amount is None:
        return ""
    return f"{amount:+.2f}" if amount else "0.00"
