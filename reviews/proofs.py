"""What the rooms above can prove of an action item: a drill that tried it, a session about it.

A room above registers a function that takes the item and gives its proofs. A drill counts from the
day on which the version of the plan that carries the change was in force (`reviews.closing`).
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reviews.models import ActionItem


@dataclass(frozen=True)
class Proof:
    """One drill or session: what it was, when the drill began or the session ended, whether it
    passed, and its page."""

    words: str
    at: datetime.datetime
    passed: bool = True
    link: str = ""


Source = Callable[[ActionItem], Iterable[Proof]]
_drills: list[Source] = []
_trainings: list[Source] = []


def register_drill_proof(function: Source) -> Source:
    """Register who knows which drills tried an item, also those that it did not pass."""
    if function not in _drills:
        _drills.append(function)
    return function


def register_training_proof(function: Source) -> Source:
    """Register who knows which sessions an item led to. From then on such items demand one."""
    if function not in _trainings:
        _trainings.append(function)
    return function


def drills_of(action: ActionItem) -> list[Proof]:
    """All drills that tried the item, oldest first."""
    return _of(action, _drills)


def trainings_of(action: ActionItem) -> list[Proof]:
    """All sessions that the item led to, oldest first."""
    return _of(action, _trainings)


def somebody_trains() -> bool:
    """Is there a room that keeps sessions at all?"""
    return bool(_trainings)


def _of(action: ActionItem, sources: list[Source]) -> list[Proof]:
    found = [proof for source in sources for proof in source(action)]
    return sorted(found, key=lambda proof: proof.at)
