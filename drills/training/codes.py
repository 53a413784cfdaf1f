"""The code on the wall: it changes every 20 seconds, and a picture of it is soon worth nothing.

A code is a signature over the session and the number of the 20 seconds in which it is shown; it is
accepted in those and in the next, so a photo that is passed on lives for 40 seconds at most. Who
scanned in time holds a pass in the browser's own session: long enough to sign in, and of no use in
another browser.
"""

import base64
import datetime
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from drills.training.models import TrainingSession

STEP = 20  # seconds
PASS_LIFE = 300  # seconds
_PASS = "training_pass"  # noqa: S105
# 80 bits: nobody guesses it within its 40 seconds, and the picture stays coarse.
_BYTES = 10


def code_of(row: TrainingSession, at: datetime.datetime) -> str:
    """The code that is shown at this moment."""
    return _code(row, _step(at))


def is_fresh(row: TrainingSession, code: str, at: datetime.datetime) -> bool:
    """Was this code shown just now?"""
    now = _step(at)
    # Both are compared, so that the time it takes tells nothing.
    found = [constant_time_compare(code, _code(row, step)) for step in (now, now - 1)]
    return any(found)


def give_pass(session: Any, row: TrainingSession, at: datetime.datetime) -> None:
    """This browser scanned a fresh code of the session."""
    session[_PASS] = [row.pk, at.timestamp()]


def has_pass(session: Any, row: TrainingSession, at: datetime.datetime) -> bool:
    """Did this browser scan a fresh code of the session within the last minutes?"""
    held = session.get(_PASS)
    return bool(held) and held[0] == row.pk and 0 <= at.timestamp() - held[1] <= PASS_LIFE


def take_pass(session: Any) -> None:
    """The pass was used: the next person scans anew."""
    session.pop(_PASS, None)


def _step(at: datetime.datetime) -> int:
    return int(at.timestamp()) // STEP


def _code(row: TrainingSession, step: int) -> str:
    said = f"{row.pk}:{row.client_uuid}:{step}"
    signed = salted_hmac("drills.training.code", said, algorithm="sha256").digest()[:_BYTES]
    return base64.b32encode(signed).decode().lower()
