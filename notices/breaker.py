"""The circuit of a channel: where one after another fails, it is spared for a while, and people are
reached in other ways at once instead of after ten timeouts.
"""

import datetime
from datetime import timedelta

from django.db.models import F

from journal import rows
from journal.recording import record
from notices.channels import Blame, Outcome, Result
from notices.models import Channel

OPENS_AFTER = 5
FIRST_PAUSE = 15.0
LONGEST_PAUSE = 600.0
# A probe whose sender died is followed by another.
PROBE_PATIENCE = 60.0
# Nobody needs to know to the second when a channel last worked; the row is everybody's.
REMEMBERED_EVERY = timedelta(seconds=10)


def note(channel_pk: int, outcome: Outcome, at: datetime.datetime) -> None:
    """Remember how a message fared, in the transaction that settles it.

    A refusal of the address or of the words says nothing against the channel.
    """
    if outcome.is_sent:
        _worked(channel_pk, at)
    elif outcome.result == Result.REFUSED and outcome.blame != Blame.CHANNEL:
        return
    else:
        _failed(channel_pk, outcome, at)


def admit(channel: Channel, at: datetime.datetime) -> bool:
    """May one message go now? In a transaction that has locked the channel's row where it is open.

    After the pause exactly one goes, to see whether the channel works again; others wait for what
    becomes of it.
    """
    if channel.paused_until is not None and channel.paused_until > at:
        return False
    if channel.opened_until is None:
        return True
    return bool(
        Channel.objects.filter(pk=channel.pk, opened_until__lte=at).update(
            opened_until=at + timedelta(seconds=PROBE_PATIENCE), is_probed=True
        )
    )


def _worked(pk: int, at: datetime.datetime) -> None:
    found = rows.where(
        Channel,
        "id = %s AND (failures > 0 OR opened_until IS NOT NULL OR last_sent_at IS NULL "
        "OR last_sent_at < %s) FOR UPDATE",
        pk,
        at - REMEMBERED_EVERY,
    )
    channel = found[0] if found else None
    if channel is None:
        return
    was_open = channel.opened_until is not None
    channel.failures, channel.openings, channel.opened_until = 0, 0, None
    channel.is_probed, channel.last_sent_at = False, at
    channel.save(
        update_fields=["failures", "openings", "opened_until", "is_probed", "last_sent_at"]
    )
    if was_open:
        record(channel.stream, "channel.recover", by=None, at=at, facts={"name": channel.name})


def _failed(pk: int, outcome: Outcome, at: datetime.datetime) -> None:
    channel = Channel.objects.select_for_update().filter(pk=pk).first()
    if channel is None:
        return
    channel.last_failed_at = at
    channel.last_words = f"{outcome.code} {outcome.words}".strip()[:300]
    if outcome.retry_after is not None:
        # A provider that says when it will listen is well; it need not be tried out.
        if outcome.blame == Blame.CHANNEL:
            wanted = at + timedelta(seconds=outcome.retry_after)
            channel.paused_until = max(channel.paused_until or wanted, wanted)
        channel.save(update_fields=["last_failed_at", "last_words", "paused_until"])
        return
    channel.failures = F("failures") + 1
    channel.save(update_fields=["failures", "last_failed_at", "last_words"])
    channel.refresh_from_db(fields=["failures"])
    is_news = channel.opened_until is None
    # What was on its way when the circuit opened says nothing new.
    if channel.failures < OPENS_AFTER or not (is_news or channel.is_probed):
        return
    pause = min(FIRST_PAUSE * 2**channel.openings, LONGEST_PAUSE)
    channel.opened_until = at + timedelta(seconds=pause)
    channel.is_probed, channel.openings = False, min(channel.openings + 1, 10)
    channel.save(update_fields=["opened_until", "is_probed", "openings"])
    if is_news:
        facts = {"name": channel.name, "failures": channel.failures, "words": channel.last_words}
        record(channel.stream, "channel.open", by=None, at=at, facts=facts)
