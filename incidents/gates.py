"""Gates: what must be true before a step. Higher apps add their own conditions.

A condition looks at an incident whose row the verb has locked, and gives `Condition`s: met, or with
what is missing and where to mend it. Pages show the same list that the verb enforces.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.models import Incident, Waiver
from journal.refusals import Incomplete

RESTORE, RESTORED, CLEANUP, CLOSE = "restore", "restored", "cleanup", "close"
ALL_CLEAR = "all_clear"


@dataclass(frozen=True)
class Condition:
    """One demand of a gate. `key` is stable: waivers name it. `link` leads to the mending."""

    key: str
    label: str
    met: bool
    missing: str = ""
    link: str = ""
    waived: str = ""

    @property
    def open(self) -> bool:
        return not self.met and not self.waived


Demand = Callable[[Incident], list[Condition]]
_demands: dict[str, list[Demand]] = {
    gate: [] for gate in (RESTORE, RESTORED, ALL_CLEAR, CLEANUP, CLOSE)
}


def demand(gate: str) -> Callable[[Demand], Demand]:
    """Register a function as part of a gate."""

    def register(function: Demand) -> Demand:
        if function not in _demands[gate]:
            _demands[gate].append(function)
        return function

    return register


def conditions(gate: str, incident: Incident) -> list[Condition]:
    """All conditions of a gate for this incident, met or not, waivers applied."""
    found = [condition for part in _demands[gate] for condition in part(incident)]
    if gate != CLEANUP:
        return found
    waivers = {
        waiver.point: waiver
        for waiver in incident.waivers.select_related("by").filter(
            demand=Waiver.Demand.CLEANUP, ended_at__isnull=True
        )
    }
    return [_with_waiver(condition, waivers.get(condition.key)) for condition in found]


def in_one_line(missing: Iterable[Condition]) -> str:
    """What is missing, each of them a sentence, as one sentence."""
    return "；".join(condition.missing.rstrip("。") for condition in missing) + "。"


def insist(gate: str, incident: Incident) -> None:
    """Refuse with `Incomplete`, naming what is missing, unless all is met or waived."""
    missing = [condition for condition in conditions(gate, incident) if condition.open]
    if missing:
        raise Incomplete(
            _("还不能进行下一步：%(missing)s") % {"missing": in_one_line(missing)},
            fields={condition.key: condition.missing for condition in missing},
        )


def _with_waiver(condition: Condition, waiver: Waiver | None) -> Condition:
    if condition.met or waiver is None:
        return condition
    said = _("%(who)s豁免：%(why)s") % {"who": waiver.by, "why": waiver.reason}
    return Condition(**{**condition.__dict__, "waived": said})
