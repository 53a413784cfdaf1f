"""Pace: no robot is spoken to faster than its maker allows, however many workers there are.

A window slides: at most so many messages in any stretch of so many seconds. A bucket that refills
would let through twice as many around a minute's turn, and 钉钉 then blocks a robot for ten
minutes.
"""

import datetime
import hashlib
from datetime import timedelta

from django.db import connection

from journal.recording import now
from notices.models import Channel, Pace

# The provider counts by its own clock, and when a message arrives, not when it left.
MARGIN = 2.0


def take(channel: Channel, address: str = "", *, share: float = 1.0) -> float:
    """Count one more message; give 0, or the seconds to wait where it may not go yet.

    `share`: of each rate only so much may be used, the rest is for others.

    To be called in a transaction: the windows stay locked until its end, so that all workers
    together keep the rate. What may not go is not counted.
    """
    rates = channel.all_rates
    if not rates:
        return 0.0
    if not connection.in_atomic_block:
        raise RuntimeError("A message is counted in the transaction that claims it.")
    wanted = {(_whom(address) if rate.per_address else "", rate.seconds): rate for rate in rates}
    paces = _locked(channel, list(wanted))
    at = now()
    waits = []
    for pace in paces:
        rate = wanted[pace.whom, pace.seconds]
        pace.stamps = [stamp for stamp in pace.stamps if stamp > at - window(rate.seconds)]
        most = max(1, int(rate.most * share))
        if len(pace.stamps) >= most:
            free_at = pace.stamps[-most] + window(rate.seconds)
            waits.append((free_at - at).total_seconds())
    if waits:
        return max(*waits, 0.05)
    for pace in paces:
        pace.stamps = [*pace.stamps, at][-wanted[pace.whom, pace.seconds].most :]
    Pace.objects.bulk_update(paces, ["stamps"])
    return 0.0


def window(seconds: int) -> datetime.timedelta:
    """The stretch that we keep: a little longer than the one that was promised."""
    return timedelta(seconds=seconds + min(MARGIN, seconds / 10))


def sweep(at: datetime.datetime) -> None:
    """Forget windows of single addresses that are long over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM notices_pace WHERE whom <> '' AND (cardinality(stamps) = 0 "
            "OR stamps[cardinality(stamps)] < %s - make_interval(secs => seconds + 60))",
            [at],
        )


def _locked(channel: Channel, keys: list[tuple[str, int]]) -> list[Pace]:
    """The windows' rows, made where missing, locked in one order by everybody."""
    Pace.objects.bulk_create(
        [Pace(channel=channel, whom=whom, seconds=seconds) for whom, seconds in sorted(keys)],
        ignore_conflicts=True,
    )
    return list(
        Pace.objects.select_for_update()
        .filter(channel=channel, whom__in={whom for whom, _ in keys})
        .filter(seconds__in={seconds for _, seconds in keys})
        .order_by("whom", "seconds")
    )


def _whom(address: str) -> str:
    """A window must know an address again, but not tell it."""
    return hashlib.sha256(address.encode()).hexdigest()
