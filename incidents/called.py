"""Who was called about an incident and who answered. The room that calls people tells it."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from incidents.models import Incident


@dataclass(frozen=True)
class Call:
    """One person called about one thing. `ways` are the tries in words, in their order.

    `about` is the key of the journal's entry: calls that share it were made for the same reason,
    which `what` says. `answered_at` is when the person saw or acknowledged it, None: never.
    """

    about: int
    what: str
    person: str
    department: str
    called_at: datetime.datetime
    answered_at: datetime.datetime | None
    ways: tuple[str, ...]


_tellers: list[Callable[[Incident], Iterable[Call]]] = []


def also_called(teller: Callable[[Incident], Iterable[Call]]) -> Callable[..., Iterable[Call]]:
    """Register who tells of calls; as a decorator."""
    _tellers.append(teller)
    return teller


def calls(incident: Incident) -> list[Call]:
    """Every call of the incident, in the order in which they were made."""
    found = [call for teller in _tellers for call in teller(incident)]
    return sorted(found, key=lambda call: (call.called_at, call.about))
