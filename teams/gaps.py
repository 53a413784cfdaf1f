"""Where a calendar stays empty: places that nobody fills, and time in which nobody is there."""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams import spans
from teams.compiling import Compiled
from teams.rules import RosterRules

Moment = datetime.datetime

_WHY: dict[str, str | Promise] = {
    "leave": gettext_lazy("%(who)s请假"),
    "gone": gettext_lazy("%(who)s的账号已停用"),
    "double": gettext_lazy("%(who)s同时有另一个位置"),
}


class Hole(NamedTuple):
    """A stretch in which somebody is missing. `person` (a key) would have had the place; `why` is
    the word of `compiling.Gap`, or "unplanned" where no shift is set at all. `is_empty`: at some
    moment of it nobody else serves either."""

    starts_at: Moment
    ends_at: Moment
    shift: str
    person: int | None
    why: str
    is_empty: bool

    def words(self, name: str = "") -> str:
        """Why somebody is missing, with the person's name."""
        if self.why in _WHY and name:
            return str(_WHY[self.why]) % {"who": name}
        return _("没有排人")


def holes_in(rules: RosterRules, compiled: Compiled, start: Moment, end: Moment) -> list[Hole]:
    """Every hole of a compiled calendar in `[start, end)`, by its beginning."""
    served = [(each.starts_at, each.ends_at) for each in compiled.stretches]
    holes = [
        Hole(
            *(gap.starts_at, gap.ends_at, gap.shift, gap.person, gap.why),
            is_empty=bool(spans.without([(gap.starts_at, gap.ends_at)], served)),
        )
        for gap in compiled.gaps
    ]
    if rules.round_the_clock and rules.is_active:
        planned = [(gap.starts_at, gap.ends_at) for gap in compiled.gaps]
        holes += _unplanned(spans.without([(start, end)], served + planned))
    return sorted(holes, key=lambda hole: hole[:3])


def missed(served: Iterable[spans.Span], start: Moment, end: Moment) -> list[Hole]:
    """Time in `[start, end)` in which nobody served: what is left of the past."""
    return _unplanned(spans.without([(start, end)], served)) if start < end else []


def _unplanned(times: Sequence[spans.Span]) -> list[Hole]:
    return [Hole(*span, "", None, "unplanned", is_empty=True) for span in times]
