"""Claiming: which messages may go now, taken many at a time in one short transaction.

What is no longer wanted, expired or has to wait is put aside on the way.
"""

import datetime
import random
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.utils.translation import gettext as _

from journal import live, rows
from journal.recording import now
from notices import breaker, pacing, relevance, sealing, subscribers
from notices.channels import Line
from notices.models import Attempt, Delivery
from notices.parcels import Parcel, message_of
from notices.workflow.bundling import BUNDLE, LEASE, busy_until
from notices.workflow.reaching import hasten

State = Delivery.State
Whom = tuple[int | None, int | None]

MOST_IN_ONE = 500
# A person who can be reached otherwise is not left waiting for longer than this.
LONGEST_WAIT = 20.0
# Until a channel that is tried out has answered.
FIRST_PAUSE = 1.0
# Rows that cannot go now are put aside; so often others are looked at in their place.
LOOKS = 50
# More rows than this are not locked at a time.
MOST_AT_ONCE = 32


def claim(full: Collection[int] = ()) -> Parcel | None:
    """Take the most urgent message that may go now; None where there is none."""
    return next(iter(claim_many(1, full=full)), None)


def claim_many(
    room: int,
    *,
    each: int | None = None,
    room_in: dict[int, int] | None = None,
    full: Collection[int] = (),
) -> list[Parcel]:
    """Take up to `room` messages that may go now, the most urgent first. Safe side by side.

    `room_in` says how many more a channel may have, `each` what one may that is not named (None:
    all of them); `full` are channels that may have none.
    """
    stuck: list[Delivery] = []
    left = defaultdict(lambda: room if each is None else each, room_in or {})
    taken: list[Parcel] = []
    with transaction.atomic():
        for _turn in range(LOOKS):
            wanted = min(room - len(taken), MOST_AT_ONCE)
            found = _next(wanted, {*full, *(pk for pk, more in left.items() if more <= 0)})
            if found:
                taken += _Batch(found, left, stuck).parcels()
            if len(found) < wanted or len(taken) >= room:
                break
    if stuck:
        hasten(stuck)
    return taken


_AMONG = (
    Delivery.objects.select_related("channel", "point", "alert__entry", "alert__incident")
    .select_related("alert__incident__department", "subscription", "notice")
    .order_by("level", "due_at", "pk")
)


def _next(count: int, barred: Collection[int]) -> list[Delivery]:
    """The most urgent rows, locked; then all that is needed of them, read in one go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM notices_delivery WHERE state = 'waiting' "
            "AND due_at <= statement_timestamp() AND channel_id <> ALL(%s::bigint[]) "
            "ORDER BY level, due_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [list(barred), count],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return rows_of(keys)


def rows_of(keys: Sequence[int]) -> list[Delivery]:
    """Deliveries with all that a message is made of, the most urgent first."""
    return list(_AMONG.filter(pk__in=keys)) if keys else []


class _Batch:
    """Rows that were locked together, and what they have to be judged by: a few queries for all."""

    def __init__(
        self, found: Sequence[Delivery], left: dict[int, int], stuck: list[Delivery]
    ) -> None:
        self.found, self.left, self.stuck = found, left, stuck
        self.at = now()
        self.busy_until = busy_until(one.person_id for one in found if one.person_id is not None)
        free = [one for one in found if not self._gathers_until(one)]
        everything = [*found, *_companions(free, self.at)]
        self.unwanted = relevance.sift([one.alert for one in everything if one.alert is not None])
        self.together: dict[tuple[int, Whom], list[Delivery]] = defaultdict(list)
        for one in everything:
            self.together[one.channel_id, _whom(one)].append(one)
        self.lines: dict[int, Line | None] = {}
        self.waits: dict[tuple[int, Whom], float] = {}
        # What was looked at, and of that what is to be written.
        self.gone: set[int] = set()
        self.changed: list[Delivery] = []

    def parcels(self) -> list[Parcel]:
        """What may go, marked as being sent; all else is put aside. Written."""
        made = []
        for first in self.found:
            if first.pk in self.gone or self.left[first.channel_id] <= 0:
                continue
            self.gone.add(first.pk)
            parcel = self._packed(first)
            if parcel is not None:
                self.left[first.channel_id] -= 1
                made.append(parcel)
        self._write()
        return made

    def _packed(self, first: Delivery) -> Parcel | None:
        """The parcel for this delivery and those that go with it.

        None where it may not go now: it is put aside, and where its person need not wait for it
        it is added to `stuck`.
        """
        line = self._line(first)
        if line is None:
            if first.state == State.FAILED:
                self.stuck.append(first)
            return None
        address = _address(first)
        wait = self._wait(first, address)
        if wait > 0:
            first.due_at = self.at + timedelta(seconds=wait)
            self.changed.append(first)
            if wait > LONGEST_WAIT:
                self.stuck.append(first)
            return None
        together = [first, *self._companions_of(first)]
        token = uuid.uuid4()
        for one in together:
            one.state, one.token, one.leased_until = State.SENDING, token, self.at + LEASE
            one.tries += 1
        self.changed += together
        if first.channel.made_of.gathers:
            address = ",".join(dict.fromkeys(filter(None, map(_address, together))))
        else:
            self.busy_until[_whom(first)] = self.at + BUNDLE
        return Parcel(
            token=token,
            channel=first.channel_id,
            deliveries=tuple(one.pk for one in together),
            alerts=tuple(sorted({one.alert_id for one in together if one.alert_id is not None})),
            line=line,
            message=message_of(together),
            address=address,
        )

    def _companions_of(self, first: Delivery) -> list[Delivery]:
        if first.alert is None:
            return []
        together: list[Delivery] = []
        for one in self.together[first.channel_id, _whom(first)]:
            if len(together) >= MOST_IN_ONE - 1:
                break
            if one.pk in self.gone or one.alert is None or one.point is None:
                continue
            if one.purpose != Delivery.Purpose.ALERT or one.expires_at <= self.at:
                continue
            self.gone.add(one.pk)
            if why := self.unwanted.get(one.alert.pk):
                self._end(one, State.DROPPED, why)
            else:
                together.append(one)
        return together

    def _line(self, delivery: Delivery) -> Line | None:
        """The channel ready to be used; None where the delivery has ended instead."""
        if (end := self._its_end(delivery)) is not None:
            self._end(delivery, *end)
            return None
        pk = delivery.channel_id
        if pk not in self.lines:
            try:
                self.lines[pk] = delivery.channel.line
            except sealing.CannotOpen:
                self.lines[pk] = None
        if self.lines[pk] is None:
            self._end(delivery, State.FAILED, _("渠道的密钥打不开。"))
        return self.lines[pk]

    def _its_end(self, delivery: Delivery) -> tuple[str, str] | None:
        """State and words, where it is not to be sent any more."""
        if delivery.expires_at <= self.at:
            return State.EXPIRED, _("等得太久，已经没有意义。")
        if delivery.alert_id is not None and (why := self.unwanted.get(delivery.alert_id)):
            return State.DROPPED, why
        is_test = delivery.purpose == Delivery.Purpose.TEST
        point = delivery.point
        if subscribers.is_for_subscriber(delivery):
            if why := subscribers.unwanted(delivery):
                return State.DROPPED, why
        elif not is_test and (point is None or not point.is_active):
            return State.FAILED, _("联系方式已停用或删除。")
        if not is_test and not delivery.channel.is_active:
            return State.FAILED, _("渠道已停用。")
        return None

    def _end(self, delivery: Delivery, state: str, words: str) -> None:
        delivery.state, delivery.words, delivery.ended_at = state, words[:300], self.at
        self.changed.append(delivery)

    def _wait(self, delivery: Delivery, address: str) -> float:
        """Seconds until it may go: for its bundle, the channel's circuit, its rates."""
        channel, whom = delivery.channel, _whom(delivery)
        if (until := self._gathers_until(delivery)) is not None:
            return (until - self.at).total_seconds()
        is_test = delivery.purpose == Delivery.Purpose.TEST
        if not is_test and channel.is_closed_at(self.at):
            until = max(filter(None, (channel.opened_until, channel.paused_until)))
            return (until - self.at).total_seconds() + random.uniform(0, 1)  # noqa: S311
        share = subscribers.SHARE if subscribers.is_for_subscriber(delivery) else 1.0
        wait = self.waits.get((channel.pk, whom)) or pacing.take(channel, address, share=share)
        if wait > 0:
            # The next one to the same number has to wait as well.
            self.waits[channel.pk, whom] = wait
        elif not is_test and not breaker.admit(channel, self.at):
            return FIRST_PAUSE
        return wait

    def _gathers_until(self, delivery: Delivery) -> datetime.datetime | None:
        """Until when it waits for others to the same number; None where it need not."""
        # A person who tries a channel out wants to know now whether it works.
        is_test = delivery.purpose == Delivery.Purpose.TEST
        until = self.busy_until.get(_whom(delivery))
        if until is None or until <= self.at or is_test or delivery.channel.made_of.gathers:
            return None
        return until

    def _write(self) -> None:
        """Everything that was decided, in one statement a table."""
        rows.change(
            self.changed,
            *("state", "token", "leased_until", "tries", "due_at", "words", "ended_at"),
        )
        rows.add(
            *(
                Attempt(
                    delivery=one,
                    number=one.tries,
                    token=one.token,
                    is_repeat=one.is_repeat,
                    began_at=self.at,
                )
                for one in self.changed
                if one.state == State.SENDING and one.token is not None
            )
        )
        announce(one for one in self.changed if one.ended_at is not None)


def _whom(delivery: Delivery) -> Whom:
    """Whose number it is; into the group of a robot that gathers everything goes together."""
    if delivery.channel.made_of.gathers:
        return (None, None)
    if delivery.subscription_id is not None:
        return (None, -delivery.subscription_id)
    return (delivery.person_id, delivery.point_id)


def _address(delivery: Delivery) -> str:
    if delivery.point is not None:
        return delivery.point.address
    if delivery.subscription is not None:
        return delivery.subscription.address
    opened = sealing.unseal(delivery.sealed_address, kind="address", host="")
    return opened.get("address", "")


def _companions(found: Sequence[Delivery], at: datetime.datetime) -> list[Delivery]:
    """Others that could go with these: to the same numbers, or into the same robot's group."""
    gathering = {one.channel_id for one in found if one.channel.made_of.gathers and one.alert}
    people = {one.person_id for one in found if one.alert is not None}
    if not people:
        return []
    words, values = "person_id = ANY(%s)", [[*people]]
    if gathering:
        words, values = f"({words} OR channel_id = ANY(%s))", [*values, [*gathering]]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM notices_delivery WHERE {words} AND channel_id = ANY(%s) "  # noqa: S608
            "AND state = 'waiting' AND purpose = 'alert' AND due_at <= %s AND NOT id = ANY(%s) "
            "ORDER BY level, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [
                *values,
                list({one.channel_id for one in found}),
                at + BUNDLE,
                [one.pk for one in found],
                MOST_IN_ONE,
            ],
        )
        return rows_of([key for (key,) in cursor.fetchall()])


def announce(deliveries: Iterable[Delivery]) -> None:
    """Open pages of the incidents show how far it is. No dot: the relay need not wake up."""
    alerts = [one.alert_id for one in deliveries if one.alert_id is not None]
    if not alerts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT incident_id FROM notices_alert "
            "WHERE id = ANY(%s) AND incident_id IS NOT NULL",
            [alerts],
        )
        incidents = [pk for (pk,) in cursor.fetchall()]
    for incident in incidents:
        nudge = partial(live.announce, f"incident:{incident}", "deliveries")
        transaction.on_commit(nudge, robust=True)
