"""Failpoints: named places at which a test lets a sender die or freeze. Nothing in production.

`FAILPOINTS` in a process's environment, e.g. `claimed=kill:3` (dies at the third passing) or
`sent=stop:1`, is read once when the process starts; without it each place costs one look at an
empty dictionary.
"""

import os
import signal

from django.conf import settings

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def _read(text: str) -> dict[str, tuple[signal.Signals, int]]:
    plan = {}
    for part in filter(None, text.split(",")):
        place, _equals, what = part.partition("=")
        act, _colon, turn = what.partition(":")
        plan[place] = (_SIGNALS[act], int(turn or 1))
    return plan


_plan = _read(settings.FAILPOINTS)
_passed: dict[str, int] = {}


def passed(place: str) -> None:
    """A sender comes by: at the turn that the test asked for, it is struck."""
    if place not in _plan:
        return
    _passed[place] = _passed.get(place, 0) + 1
    strike, turn = _plan[place]
    if _passed[place] == turn:
        os.kill(os.getpid(), strike)
