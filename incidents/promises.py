"""Expected recoveries that patients were promised, against what came true. The room that writes to
patients tells it (plan, rows P12 and P17)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """How the first promises of one fault type held, over incidents that recovered after one.

    Of `count`, `true` recovered within the promised range, `sooner` before it and `later` after it.
    Medians in whole seconds: `promised` from the report to the latest promised moment, `took` from
    the report to the recovery, `late` from that moment to the recovery (negative: it was sooner).
    """

    fault_type: str
    count: int
    true: int
    sooner: int
    later: int
    promised: int
    took: int
    late: int


_tellers: list[Callable[[Sequence[int]], Sequence[Held]]] = []


def tells_of_promises(
    teller: Callable[[Sequence[int]], Sequence[Held]],
) -> Callable[[Sequence[int]], Sequence[Held]]:
    """Register who knows the promises: keys of incidents → a line each fault type."""
    _tellers.append(teller)
    return teller


def held(incidents: Sequence[int]) -> list[Held]:
    """How the promises of these incidents held, by fault type, the most frequent first."""
    found = [line for teller in _tellers for line in teller(incidents)]
    return sorted(found, key=lambda line: (-line.count, line.fault_type))
