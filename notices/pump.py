"""The pump: claims messages, lets many be on the wire at once, and settles them as they come back.

Only the thread that pumps speaks to the database; those that send speak to providers alone.
"""

import logging
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from journal import incarnation, live
from notices import channels, failpoints
from notices.channels import Outcome
from notices.parcels import Parcel
from notices.workflow.alerting import DELIVER
from notices.workflow.reaching import advance
from notices.workflow.sending import claim_many, recover, settle_many

logger = logging.getLogger(__name__)

# Seconds for which one call takes up new messages; those on the wire are then waited for.
BUDGET = 5.0
# While messages are on the wire, so often new ones and next ways are looked for unasked.
LOOK_EVERY = 0.1
RECOVER_EVERY = 1.0
# What is settled together: a sender that dies forgets no more than these.
SETTLED_AT_ONCE = 32
# Seconds for which it is tried to write down what providers answered; less than a lease.
WRITE_FOR = 30.0
# One call claims; others of the same process may be waiting for what is still on the wire.
SIDE_BY_SIDE = 3
# A channel that answered within these seconds gets its next messages handed over in advance.
LATELY = 0.3

_claiming = threading.Lock()
_running = threading.BoundedSemaphore(SIDE_BY_SIDE)
# Somebody called while another claims: it looks again at once, also while it waits for answers.
_asked = threading.Event()
_claimer: "_Pump | None" = None


def deliver(budget: float = BUDGET) -> int:
    """Send what is due; give how many messages went out or were refused.

    Safe to call at any time, by anybody, side by side. One call of a process claims; where one
    does already it is told to look again, and this returns at once. Each channel has its own
    slots, so that one that hangs holds up no other.
    """
    _asked.set()
    if not _running.acquire(blocking=False):
        return 0
    try:
        if incarnation.is_restored():
            return 0
        done = 0
        while True:
            _asked.set()
            if not _claiming.acquire(blocking=False):
                if (claimer := _claimer) is not None:
                    claimer.news.set()
                return done
            done += _Pump(time.monotonic() + budget).run()
            # Who called in the very moment in which this one ended was sent away.
            if not _asked.is_set():
                return done
    finally:
        _running.release()


class _Pump:
    """One call: claims until its time is over, then waits for what is on the wire."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.flying = 0
        self.back: deque[tuple[Parcel, Outcome | BaseException]] = deque()
        self.news = threading.Event()
        self.claims = True
        self.recovered_at = float("-inf")
        self.advanced_at = float("-inf")

    def run(self) -> int:
        global _claimer
        _claimer = self
        done, failed = 0, None
        try:
            while True:
                if self.claims:
                    try:
                        self._claim()
                    except Exception as error:
                        # What is on the wire is written down first: whoever hears of no answer
                        # sends again.
                        failed = error
                        self._stop_claiming()
                        if isinstance(error, OperationalError | InterfaceError):
                            connection.close()
                if self.flying:
                    done += self._settle()
                elif failed is not None:
                    raise failed
                else:
                    return done
        finally:
            self._stop_claiming()

    def _claim(self) -> None:
        """Fill the lanes. Ends this call's claiming when its time is over or nothing is left."""
        now = time.monotonic()
        if now >= self.until:
            self._stop_claiming()
            if self.flying:
                # What is still waiting does not wait for the next tick.
                live.hurry(DELIVER)
            return
        asked = _asked.is_set()
        _asked.clear()
        # What is due goes first; then what others lost, and the next ways: due at once as well.
        self._take()
        if now - self.recovered_at >= RECOVER_EVERY:
            self.recovered_at = now
            if recover():
                self._take()
        if asked or now - self.advanced_at >= LOOK_EVERY or not self.flying:
            self.advanced_at = now
            while advance() and time.monotonic() < self.until:
                # One batch of calls at a time: a due message must not wait behind hundreds.
                self._take()
        if not self.flying and not _asked.is_set():
            self._stop_claiming()

    def _take(self) -> None:
        room = _lanes.room()
        if room <= 0:
            return
        wanted = claim_many(min(room, 2 * _slots()), each=_slots(), room_in=_lanes.rooms())
        for parcel in wanted:
            failpoints.passed("claimed")
            self.flying += 1
            _lanes.put(parcel, self)

    def came(self, parcel: Parcel, outcome: Outcome | BaseException) -> None:
        """Called by the thread that sent it."""
        self.back.append((parcel, outcome))
        self.news.set()

    def _settle(self) -> int:
        self.news.wait(LOOK_EVERY)
        self.news.clear()
        back: list[tuple[Parcel, Outcome | BaseException]] = []
        while self.back and len(back) < SETTLED_AT_ONCE:
            back.append(self.back.popleft())
            self.flying -= 1
        if self.back:
            self.news.set()
        for _one in back:
            failpoints.passed("sent")
        wrong = [outcome for _parcel, outcome in back if isinstance(outcome, BaseException)]
        came = [(one, outcome) for one, outcome in back if isinstance(outcome, Outcome)]
        if came:
            _write(came)
        for _one in back:
            failpoints.passed("marked")
        if wrong:
            raise wrong[0]
        return len(back)

    def _stop_claiming(self) -> None:
        global _claimer
        if self.claims:
            self.claims = False
            _claimer = None
            _claiming.release()


def _write(came: list[tuple[Parcel, Outcome]]) -> None:
    """Settle, also where the database hung up meanwhile: what a provider took must not go out a
    second time only because nobody could write it down. A second writing changes nothing.

    Where one of them cannot be written at all, the others are, and its lease runs out.
    """
    until, pause = time.monotonic() + WRITE_FOR, 0.1
    while True:
        try:
            settle_many(came)
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() >= until:
                raise
            connection.close()
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
        except Exception:
            if len(came) == 1:
                logger.exception("what came of message %s cannot be written", came[0][0].token)
                return
            for one in came:
                _write([one])
            return


class _Lane:
    """What is on the wire over one channel, and what was claimed for it in advance."""

    def __init__(self) -> None:
        self.wire = 0
        self.waiting: deque[tuple[Parcel, _Pump]] = deque()
        self.answered: deque[float] = deque(maxlen=64)

    @property
    def room(self) -> int:
        """How many more may be claimed. In advance only as many as it has lately dealt with: what
        hangs gets nothing that somebody might have answered before it goes out."""
        since = time.monotonic() - LATELY
        lately = sum(1 for at in self.answered if at > since)
        return _slots() - self.wire - len(self.waiting) + min(lately, _slots())


class _Lanes:
    """The lanes of all channels, shared by all calls of this process."""

    def __init__(self) -> None:
        self._lanes: dict[int, _Lane] = {}
        self._lock = threading.Lock()

    def room(self) -> int:
        """Over all channels together: two that hang leave nothing for a third for a while."""
        with self._lock:
            held = sum(lane.wire + len(lane.waiting) for lane in self._lanes.values())
        return 4 * _slots() - held

    def rooms(self) -> dict[int, int]:
        """By channel, of those that have something; any other has all its slots."""
        with self._lock:
            return {pk: lane.room for pk, lane in self._lanes.items() if lane.wire}

    def put(self, parcel: Parcel, pump: _Pump) -> None:
        """Send it as soon as the channel has a slot; the pump is told what came of it."""
        with self._lock:
            lane = self._lanes.setdefault(parcel.channel, _Lane())
            if lane.wire >= _slots():
                lane.waiting.append((parcel, pump))
                return
            lane.wire += 1
        _hands().submit(self._go, lane, parcel, pump)

    def _go(self, lane: _Lane, parcel: Parcel, pump: _Pump) -> None:
        while True:
            outcome: Outcome | BaseException
            try:
                outcome = channels.send(parcel.line, parcel.message, parcel.address)
            except BaseException as error:
                outcome = error
            with self._lock:
                lane.answered.append(time.monotonic())
                following = lane.waiting.popleft() if lane.waiting else None
                if following is None:
                    lane.wire -= 1
            pump.came(parcel, outcome)
            if following is None:
                return
            parcel, pump = following


_lanes = _Lanes()


@lru_cache(maxsize=1)
def _hands() -> ThreadPoolExecutor:
    """Threads that send: for as many channels as `_Lanes.room` lets be busy at once."""
    return ThreadPoolExecutor(4 * _slots(), thread_name_prefix="sender")


def _slots() -> int:
    return max(2, settings.DELIVERY_SLOTS)
