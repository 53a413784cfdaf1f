"""Settling and giving up deliveries: the database's side of sending, short transactions.

Between `claim` and `settle` lies the sending itself, outside of any transaction. A sender that dies
there leaves a lease that runs out; `recover` then lets the message be sent again, as a repeat.
Locks are taken in one order: alerts before deliveries, deliveries before channels.
"""

import datetime
import random
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from journal import rows
from journal.recording import now
from notices import breaker, subscribers
from notices.channels import Outcome, Result
from notices.models import Alert, Attempt, Delivery, Subscription
from notices.parcels import Parcel
from notices.workflow.claiming import (
    FIRST_PAUSE,
    LONGEST_WAIT,
    announce,
    claim,
    claim_many,
)
from notices.workflow.reaching import hasten
from notices.workflow.ringing import ask

__all__ = ["claim", "claim_many", "recover", "settle", "settle_many"]

State = Delivery.State

LONGEST_PAUSE = 60.0
# So often a message that may have arrived is sent again, at most.
MOST_UNKNOWN = 3
# A sender that dies says nothing about its message: it is given up only where it may be the cause.
MOST_LOST = 8
# From this failure on the next way is taken, while this one goes on trying.
FAILS_OVER_AFTER = 2

# How a try ends whose sender kept silent beyond its lease, and one whose answer came after that.
LOST, LATE = "lost", "late"

Came = tuple[Parcel, Outcome]


def settle(parcel: Parcel, outcome: Outcome) -> bool:
    """Write what became of a message. False where the lease was lost: only the try is noted."""
    return parcel.token in settle_many([(parcel, outcome)])


@transaction.atomic
def settle_many(came: Sequence[Came]) -> set[uuid.UUID]:
    """Write what became of several messages; give the tokens of those that were still ours."""
    at = now()
    failed = [parcel for parcel, outcome in came if not outcome.is_sent]
    if alerts := {pk for parcel in failed for pk in parcel.alerts}:
        # The next way may be taken for these: alerts are locked before deliveries.
        list(Alert.objects.select_for_update().filter(pk__in=alerts).order_by("pk"))
    outcomes = {parcel.token: outcome for parcel, outcome in came}
    ours = rows.where(
        Delivery,
        "token = ANY(%s::uuid[]) AND id = ANY(%s) ORDER BY id FOR UPDATE",
        [str(token) for token in outcomes],
        [pk for parcel, _outcome in came for pk in parcel.deliveries],
    )
    _note_tries(came, at)
    _note_channels(came, at)
    held = {one.token for one in ours if one.token is not None}
    failing = [one for one in ours if not _settled(one, outcomes[one.token], at)]  # type: ignore[index]
    rows.change(
        ours,
        *("state", "token", "leased_until", "due_at", "ended_at", "unknowns", "parcel"),
        *("code", "words", "provider_id", "sent_at"),
    )
    if failing:
        hasten(failing)
    _note_subscribers(ours)
    announce(ours)
    ask((one for one, outcome in came if one.token in held and outcome.is_sent), at)
    return held


def _note_subscribers(ours: Sequence[Delivery]) -> None:
    """An address from which mails come back again and again is forgotten."""
    for one in ours:
        if one.subscription_id is None or one.state not in (State.SENT, State.FAILED):
            continue
        row = Subscription.objects.filter(pk=one.subscription_id)
        if one.state == State.SENT:
            row.exclude(failures=0).update(failures=0)
        else:
            row.update(failures=F("failures") + 1)
            row.filter(failures__gte=subscribers.MOST_FAILURES).delete()


def _note_tries(came: Sequence[Came], at: datetime.datetime) -> None:
    """Each try gets its end, also that of a sender that came too late."""
    told = ", ".join(["(%s::uuid, %s, %s, %s, %s)"] * len(came))
    values = [
        value
        for parcel, outcome in came
        for value in (
            *(str(parcel.token), str(outcome.result), outcome.code),
            *(outcome.words, outcome.provider_id),
        )
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_attempt AS try SET ended_at = coalesce(try.ended_at, %s), "  # noqa: S608
            f"result = CASE try.result WHEN '{LOST}' THEN '{LATE}' ELSE came.result END, "
            "code = came.code, words = came.words, provider_id = came.provider_id "
            f"FROM (VALUES {told}) AS came (token, result, code, words, provider_id) "
            # Whose lease was lost says what it brought all the same; the row went on without it.
            "WHERE try.token = came.token AND (try.ended_at IS NULL OR try.result = %s)",
            [at, *values, LOST],
        )


def _note_channels(came: Sequence[Came], at: datetime.datetime) -> None:
    """A channel's circuit hears of every failure, and once of any number that went well."""
    well: dict[int, Outcome] = {}
    for parcel, outcome in sorted(came, key=lambda one: one[0].channel):
        if outcome.is_sent:
            well[parcel.channel] = outcome
        else:
            breaker.note(parcel.channel, outcome, at)
    for channel, outcome in well.items():
        breaker.note(channel, outcome, at)


def _settled(delivery: Delivery, outcome: Outcome, at: datetime.datetime) -> bool:
    """Put the outcome on the row; False where the person should be reached another way now."""
    delivery.code, delivery.words = outcome.code, outcome.words
    delivery.provider_id = outcome.provider_id
    delivery.parcel, delivery.token, delivery.leased_until = delivery.token, None, None
    if outcome.result == Result.SENT:
        delivery.state, delivery.sent_at = State.SENT, delivery.sent_at or at
        return True
    if outcome.result == Result.UNKNOWN:
        delivery.unknowns += 1
    if outcome.result == Result.REFUSED or delivery.unknowns >= MOST_UNKNOWN:
        delivery.state, delivery.ended_at = State.FAILED, at
        return False
    wait = outcome.retry_after or _pause(delivery.tries)
    delivery.state, delivery.due_at = State.WAITING, at + timedelta(seconds=wait)
    return wait <= LONGEST_WAIT and delivery.tries < FAILS_OVER_AFTER


def _pause(tries: int) -> float:
    """Growing, and spread: what failed together is not tried again together."""
    longest = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311


def recover(limit: int = 200) -> int:
    """Take back what senders lost: their lease ran out, and nobody knows whether it went out.

    As after any other failure, a person whose message has to wait again is reached another way.
    """
    lost = _take_back(limit)
    # Alerts are locked before deliveries: hence after the transaction, not in it. Should we die
    # between the two, the grade's patience takes the next way.
    hasten(one for one in lost if _fails_over(one))
    return len(lost)


def _fails_over(delivery: Delivery) -> bool:
    return delivery.state == State.FAILED or delivery.tries >= FAILS_OVER_AFTER


@transaction.atomic
def _take_back(limit: int) -> list[Delivery]:
    lost = list(
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(state=State.SENDING, leased_until__lt=Now())
        .order_by("leased_until")[:limit]
    )
    if not lost:
        return []
    at = now()
    Attempt.objects.filter(
        token__in={one.token for one in lost}, delivery__in=lost, ended_at__isnull=True
    ).update(ended_at=at, result=LOST)
    for one in lost:
        one.unknowns += 1
        one.parcel, one.token, one.leased_until = one.token, None, None
        one.state, one.due_at = State.WAITING, at
        if one.unknowns >= MOST_LOST:
            one.state, one.ended_at = State.FAILED, at
            one.words = _("几次发送都没有结果，不知道是否送到。")
    Delivery.objects.bulk_update(
        lost,
        [
            *("state", "token", "leased_until", "due_at", "ended_at", "unknowns", "parcel"),
            "words",
        ],
    )
    return lost
