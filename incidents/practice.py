"""What else keeps people busy as practice and has no incident: drills at a table, call-downs.

Rooms above say what of theirs runs, and let it stand, go on or end with all drills (plan, row P21).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from teams.models import Person


@dataclass(frozen=True)
class Practice:
    """One that is under way: its name with the mark, its page, whether it stands."""

    name: str
    url: str
    stands: bool = False


Running = Callable[[], Iterable[Practice]]
# In the transaction that does it to all: `verb` is pause, resume or end; who says so, and why.
Act = Callable[[str, Person, str], None]
_known: list[tuple[Running, Act]] = []


def also(running: Running, act: Act) -> None:
    """Register both of a room above; once, when its app is ready."""
    if (running, act) not in _known:
        _known.append((running, act))


def running() -> list[Practice]:
    """All that is under way. A fixed number of queries."""
    return [one for found, _act in _known for one in found()]


def act_on_all(verb: str, by: Person, reason: str) -> None:
    for _running, act in _known:
        act(verb, by, reason)
