"""Claiming, settling and giving up deliveries: the database's side of sending, short transactions.

Between `claim` and `settle` lies the sending itself, outside of any transaction. A sender that dies
there leaves a lease that runs out; `recover` then lets the message be sent again, as a repeat.
Locks are taken in one order: alerts before deliveries, deliveries before channels.
"""

import datetime
import random
import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from journal import live
from journal.recording import now
from notices import breaker, pacing, relevance, sealing
from notices.channels import Line, Outcome, Result
from notices.models import Alert, Attempt, Delivery
from notices.parcels import Parcel, message_of
from notices.workflow.reaching import hasten

State = Delivery.State

# Longer than any channel may take, so that only the dead lose a lease.
LEASE = timedelta(seconds=60)
# Messages to one number within this time go as one.
BUNDLE = timedelta(seconds=5)
MOST_IN_ONE = 20
# A person who can be reached otherwise is not left waiting for longer than this.
LONGEST_WAIT = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# So often a message that may have arrived is sent again, at most.
MOST_UNKNOWN = 3
# From this failure on the next way is taken, while this one goes on trying.
FAILS_OVER_AFTER = 2
# Rows that cannot go now are put aside; so many are looked at for one that can.
LOOKS = 50


def claim(full: Collection[int] = ()) -> Parcel | None:
    """Take the most urgent message that may go now; None where there is none.

    `full` are channels that have enough on the wire. What is no longer wanted, expired or has to
    wait is put aside on the way. Safe side by side.
    """
    stuck: set[int] = set()
    parcel = None
    with transaction.atomic():
        for _turn in range(LOOKS):
            first = _next(full)
            if first is None:
                break
            parcel = _packed(first, stuck)
            if parcel is not None:
                break
    if stuck:
        hasten(stuck)
    return parcel


def _next(full: Collection[int]) -> Delivery | None:
    return (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.WAITING, due_at__lte=Now())
        .exclude(channel__in=full)
        .select_related("channel", "point", "alert__entry", "alert__incident__department")
        .order_by("level", "due_at", "pk")
        .first()
    )


def _packed(first: Delivery, stuck: set[int]) -> Parcel | None:
    """The parcel for this delivery and those that go with it, marked as being sent.

    None where it may not go now: it is put aside, and where its person need not wait for it the
    alert is added to `stuck`.
    """
    at = now()
    line = _line(first, at)
    if line is None:
        if first.state == State.FAILED and first.alert_id is not None:
            stuck.add(first.alert_id)
        return None
    address = _address(first)
    wait = _wait(first, address, at)
    if wait > 0:
        _postpone(first, at + timedelta(seconds=wait))
        if wait > LONGEST_WAIT and first.alert_id is not None:
            stuck.add(first.alert_id)
        return None
    together = [first, *_companions(first, at)]
    token = uuid.uuid4()
    for one in together:
        one.state, one.token, one.leased_until = State.SENDING, token, at + LEASE
        one.tries += 1
    Delivery.objects.bulk_update(together, ["state", "token", "leased_until", "tries"])
    Attempt.objects.bulk_create(
        Attempt(delivery=one, number=one.tries, token=token, is_repeat=one.is_repeat, began_at=at)
        for one in together
    )
    if first.channel.made_of.gathers:
        address = ",".join(dict.fromkeys(filter(None, map(_address, together))))
    return Parcel(
        token=token,
        channel=first.channel_id,
        deliveries=tuple(one.pk for one in together),
        alerts=tuple(sorted({one.alert_id for one in together if one.alert_id is not None})),
        line=line,
        message=message_of(together),
        address=address,
    )


def _line(delivery: Delivery, at: datetime.datetime) -> Line | None:
    """The channel ready to be used; None where the delivery has ended instead."""
    if (end := _its_end(delivery, at)) is not None:
        _end(delivery, *end, at)
        return None
    try:
        return delivery.channel.line
    except sealing.CannotOpen:
        _end(delivery, State.FAILED, _("渠道的密钥打不开。"), at)
        return None


def _its_end(delivery: Delivery, at: datetime.datetime) -> tuple[str, str] | None:
    """State and words, where it is not to be sent any more."""
    if delivery.expires_at <= at:
        return State.EXPIRED, _("等得太久，已经没有意义。")
    if delivery.alert is not None and (why := relevance.unwanted(delivery.alert)):
        return State.DROPPED, why
    is_test = delivery.purpose == Delivery.Purpose.TEST
    point = delivery.point
    if not is_test and (point is None or not point.is_active):
        return State.FAILED, _("联系方式已停用或删除。")
    if not is_test and not delivery.channel.is_active:
        return State.FAILED, _("渠道已停用。")
    return None


def _end(delivery: Delivery, state: str, words: str, at: datetime.datetime) -> None:
    delivery.state, delivery.words, delivery.ended_at = state, words[:300], at
    delivery.save(update_fields=["state", "words", "ended_at"])
    _announce([delivery])


def _address(delivery: Delivery) -> str:
    if delivery.point is not None:
        return delivery.point.address
    opened = sealing.unseal(delivery.sealed_address, kind="address", host="")
    return opened.get("address", "")


def _wait(delivery: Delivery, address: str, at: datetime.datetime) -> float:
    """Seconds until it may go: for what it is bundled with, the channel's circuit, its rates."""
    channel = delivery.channel
    # A person who tries a channel out wants to know now whether it works.
    is_test = delivery.purpose == Delivery.Purpose.TEST
    if not (is_test or channel.made_of.gathers) and (until := _bundled_until(delivery)) > at:
        return (until - at).total_seconds()
    if not is_test and channel.is_closed_at(at):
        until = max(filter(None, (channel.opened_until, channel.paused_until)))
        return (until - at).total_seconds() + random.uniform(0, 1)  # noqa: S311
    wait = pacing.take(channel, address)
    if wait == 0 and not is_test and not breaker.admit(channel, at):
        return FIRST_PAUSE
    return wait


def _bundled_until(delivery: Delivery) -> datetime.datetime:
    """Behind a message that just went to this number, or is on its way, others wait and gather."""
    just_now = Delivery.objects.filter(
        Q(sent_at__gt=Now() - BUNDLE) | Q(state=State.SENDING),
        person=delivery.person_id,
        point=delivery.point_id,
    ).aggregate(last=Max(Coalesce("sent_at", Now())))
    return just_now["last"] + BUNDLE if just_now["last"] else delivery.due_at


def _postpone(delivery: Delivery, until: datetime.datetime) -> None:
    delivery.due_at = until
    delivery.save(update_fields=["due_at"])


def _companions(first: Delivery, at: datetime.datetime) -> list[Delivery]:
    """Others that go in the same message: to the same number, or into the same robot's group."""
    if first.alert is None:
        return []
    others = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.WAITING, due_at__lte=at + BUNDLE, purpose=Delivery.Purpose.ALERT)
        .filter(channel=first.channel_id, expires_at__gt=at)
        .exclude(pk=first.pk)
        .select_related("channel", "point", "alert__entry", "alert__incident__department")
        .order_by("level", "pk")
    )
    if not first.channel.made_of.gathers:
        others = others.filter(person=first.person_id, point=first.point_id)
    together = []
    for one in others[: MOST_IN_ONE - 1]:
        if one.point is None or one.alert is None:
            continue
        if why := relevance.unwanted(one.alert):
            _end(one, State.DROPPED, why, at)
        else:
            together.append(one)
    return together


# What became of it --------------------------------------------------------------------------------


@transaction.atomic
def settle(parcel: Parcel, outcome: Outcome) -> bool:
    """Write what became of a message. False where the lease was lost: only the try is noted."""
    at = now()
    list(Alert.objects.select_for_update().filter(pk__in=parcel.alerts).order_by("pk"))
    ours = list(
        Delivery.objects.select_for_update()
        .filter(pk__in=parcel.deliveries, token=parcel.token)
        .order_by("pk")
    )
    Attempt.objects.filter(token=parcel.token, delivery__in=parcel.deliveries).filter(
        ended_at__isnull=True
    ).update(
        ended_at=at,
        result=outcome.result,
        code=outcome.code,
        words=outcome.words,
        provider_id=outcome.provider_id,
    )
    breaker.note(parcel.channel, outcome, at)
    if not ours:
        return False
    failing = [one for one in ours if not _settled(one, outcome, at)]
    Delivery.objects.bulk_update(
        ours,
        [
            *("state", "token", "leased_until", "due_at", "ended_at", "unknowns", "parcel"),
            *("code", "words", "provider_id", "sent_at"),
        ],
    )
    hasten(one.alert_id for one in failing if one.alert_id is not None)
    _announce(ours)
    return True


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


@transaction.atomic
def recover(limit: int = 200) -> int:
    """Take back what senders lost: their lease ran out, and nobody knows whether it went out."""
    lost = list(
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(state=State.SENDING, leased_until__lt=Now())
        .order_by("leased_until")[:limit]
    )
    if not lost:
        return 0
    at = now()
    Attempt.objects.filter(token__in={one.token for one in lost}, ended_at__isnull=True).update(
        ended_at=at, result="lost"
    )
    for one in lost:
        one.unknowns += 1
        one.parcel, one.token, one.leased_until = one.token, None, None
        one.state, one.due_at = State.WAITING, at
        if one.unknowns >= MOST_UNKNOWN:
            one.state, one.ended_at = State.FAILED, at
            one.words = _("几次发送都没有结果，不知道是否送到。")
    Delivery.objects.bulk_update(
        lost,
        [
            *("state", "token", "leased_until", "due_at", "ended_at", "unknowns", "parcel"),
            "words",
        ],
    )
    return len(lost)


def _announce(deliveries: Sequence[Delivery]) -> None:
    """Open pages of the incident show how far it is. No dot: the relay need not wake up."""
    for incident in {one.alert.incident_id for one in deliveries if one.alert is not None}:
        if incident is not None:
            nudge = partial(live.announce, f"incident:{incident}", "deliveries")
            transaction.on_commit(nudge, robust=True)
