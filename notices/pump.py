"""The pump: claims messages, lets many be on the wire at once, and settles each as it comes back.

Only the thread that pumps speaks to the database; those that send speak to providers alone.
"""

import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import lru_cache

from django.conf import settings

from notices import channels, failpoints
from notices.channels import Outcome
from notices.parcels import Parcel
from notices.workflow.reaching import advance
from notices.workflow.sending import claim, recover, settle

# Seconds for which one call takes up new messages; those on the wire are then waited for.
BUDGET = 5.0
# While messages are on the wire, so often new ones are looked for.
LOOK_EVERY = 0.1
# More calls than this at a time add nothing: each looks for new messages as long as it runs.
SIDE_BY_SIDE = 2
_running = threading.BoundedSemaphore(SIDE_BY_SIDE)


def deliver(budget: float = BUDGET) -> int:
    """Send what is due; give how many messages went out or were refused.

    Safe to call at any time, by anybody, side by side. Returns at once where enough calls run in
    this process already. A channel that hangs holds at most half of the slots.
    """
    if not _running.acquire(blocking=False):
        return 0
    try:
        recover()
        return _pump(time.monotonic() + budget)
    finally:
        _running.release()


def _pump(until: float) -> int:
    slots = _slots()
    flying: dict[Future[Outcome], Parcel] = {}
    done = 0
    while True:
        in_time = time.monotonic() < until
        if in_time:
            # One batch of calls at a time: a message that is due must not wait behind hundreds.
            advance()
        while in_time and len(flying) < slots:
            busy = Counter(parcel.channel for parcel in flying.values())
            parcel = claim(full=[one for one, count in busy.items() if count >= slots // 2])
            if parcel is None:
                break
            failpoints.passed("claimed")
            flying[_hands().submit(_send, parcel)] = parcel
        if not flying:
            # A message that has to wait may have let its person's next way be taken.
            if in_time and advance():
                continue
            return done
        back, _rest = wait(flying, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
        for future in back:
            failpoints.passed("sent")
            settle(flying.pop(future), future.result())
            failpoints.passed("marked")
            done += 1


@lru_cache(maxsize=1)
def _hands() -> ThreadPoolExecutor:
    """Threads that send, as many as all calls of this process together have slots."""
    return ThreadPoolExecutor(SIDE_BY_SIDE * _slots(), thread_name_prefix="sender")


def _slots() -> int:
    return max(2, settings.DELIVERY_SLOTS)


def _send(parcel: Parcel) -> Outcome:
    return channels.send(parcel.line, parcel.message, parcel.address)
