"""Findings that call for another plan (row P18). The rooms that find them say what is open.

A room above registers a function; drafts show what it gives, and a change is linked to its key.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found: a key (`action:12`), what it says, and the page on which it stands."""

    key: str
    words: str
    link: str = ""


_sources: list[Callable[[], Iterable[Finding]]] = []


def source(function: Callable[[], Iterable[Finding]]) -> Callable[[], Iterable[Finding]]:
    """Register a function that gives the findings which still wait for a change of the plan."""
    if function not in _sources:
        _sources.append(function)
    return function


def open_findings() -> list[Finding]:
    """All findings that wait, source by source."""
    return [finding for function in _sources for finding in function()]


def finding(key: str) -> Finding | None:
    """The open finding with this key, if there is one."""
    return next((found for found in open_findings() if found.key == key), None)
