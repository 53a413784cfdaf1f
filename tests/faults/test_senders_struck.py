"""Senders that are killed or frozen: nobody's message is lost, and every repeat says that it is."""

import random
import signal
import time

import pytest

from journal.recording import now
from notices.models import Attempt, Delivery
from tests.faults import invariants
from tests.faults.figures import note
from tests.faults.filling import call, staff, ways
from tests.faults.place import moments, wait_for
from tests.faults.sizes import sizes
from tests.sinks import Reply, Request

State = Delivery.State


@pytest.fixture(autouse=True)
def few_on_the_wire(channel_settings):
    channel_settings.DELIVERY_SLOTS = 4


@sizes(quick={"calls": 60, "kills": 5}, full={"calls": 2000, "kills": 200})
def test_senders_killed_at_random_lose_nothing(place, size):
    ways(place, "sms", "phone")
    alerts = call(staff(size["calls"], "sms", "phone"))
    dice = random.Random(4)
    senders = [place.begin("sender") for _ in range(2)]
    kills = 0
    for pause in moments(size["kills"], 0.25):
        time.sleep(pause)
        struck = senders.pop(dice.randrange(len(senders)))
        kills += place.strike(struck)
        senders.append(place.begin("sender"))
    assert kills == size["kills"]
    invariants.check(place, wanted=alerts, within=40 if size["kills"] < 50 else 150)
    note(
        1,
        "Senders killed at random",
        f"{kills} kills, {size['calls']} calls",
        lost_leases=Attempt.objects.filter(result="lost").count(),
        repeats=invariants.repeated(place.sink.requests),
        slowest_call=invariants.lag(),
    )


@pytest.mark.parametrize("spot", ["claimed", "sent", "marked"])
@sizes(quick={"kills": 2}, full={"kills": 50})
def test_senders_killed_at_each_place_lose_nothing(place, size, spot):
    """They die with a message claimed and not sent, sent and not settled, settled."""
    ways(place, "sms", "phone")
    # Whoever dies late has settled up to eleven before: none must be left without its message.
    alerts = call(staff(12 * size["kills"], "sms", "phone"))
    for kill in range(size["kills"]):
        sender = place.begin("sender", failpoints=f"{spot}=kill:{kill % 4 + 1}")
        wait_for(lambda pid=sender: place.is_gone(pid), place.parts_said)
    invariants.check(place, wanted=alerts)
    lost = Attempt.objects.filter(result="lost").count()
    # Who dies with a message settled had others on the wire, or none.
    assert lost > 0 or spot == "marked"
    note(
        2,
        f"Senders killed with a message {spot}",
        f"{size['kills']} kills",
        lost_leases=lost,
        repeats=invariants.repeated(place.sink.requests),
    )


@sizes(quick={"times": 1}, full={"times": 5})
def test_a_sender_frozen_beyond_its_lease_settles_nothing_when_it_wakes(place, size):
    ways(place, "sms")
    late_settles = 0
    for _time in range(size["times"]):
        (alert,) = call(staff(1, "sms"))
        frozen = place.begin("sender", failpoints="sent=stop:1")
        wait_for(lambda pid=frozen: place.is_frozen(pid), place.parts_said)
        delivery = Delivery.objects.get(alert=alert)
        assert delivery.state == State.SENDING
        other = place.begin("sender")
        wait_for(lambda pk=delivery.pk: Delivery.objects.get(pk=pk).state == State.SENT)
        place.strike(other)
        delivery.refresh_from_db()
        sent_at, tries = delivery.sent_at, delivery.tries
        place.strike(frozen, signal.SIGCONT)
        first = delivery.attempts.get(number=1)
        wait_for(lambda pk=first.pk: Attempt.objects.get(pk=pk).result == "late")
        delivery.refresh_from_db()
        assert (delivery.state, delivery.sent_at, delivery.tries) == (State.SENT, sent_at, tries)
        late_settles += 1
        place.strike(frozen)
        came = [said.json["is_repeat"] for said in place.sink.requests if _is_of(said, delivery)]
        assert came == [False, True]
    invariants.check(place)
    note(4, "A sender frozen beyond its lease", f"{size['times']} times", late_settles=late_settles)


def _is_of(request: Request, delivery: Delivery) -> bool:
    return delivery.key in request.json["ids"]


@sizes(quick={"people": 2}, full={"people": 2})
def test_what_its_sender_died_of_is_taken_another_way_at_once(place, size):
    """A message that is lost again and again: its person is not left waiting for it."""
    # Death alone strikes them: their own patience is longer.
    place.short["notices.channels.wire:PATIENCE"] = 30.0
    sms, phone = ways(place, "sms", "phone")
    alerts = call(staff(size["people"], "sms", "phone"))
    place.sink.answer = lambda request: (
        Reply(how="hang") if request.path == "/sms" else Reply(200, b"{}")
    )
    first_way = Delivery.objects.filter(channel=sms, state=State.SENDING)
    for death in range(3):
        sender = place.begin("sender")
        wait_for(lambda tries=death + 1: first_way.filter(tries=tries).count() == size["people"])
        place.strike(sender)
        wait_for(lambda: not Delivery.objects.filter(leased_until__gt=now()).exists())
    place.sink.answer = Reply(200, b"{}")
    invariants.check(place, wanted=alerts)
    phoned = Delivery.objects.filter(channel=phone, state=State.SENT)
    assert phoned.count() == size["people"]
