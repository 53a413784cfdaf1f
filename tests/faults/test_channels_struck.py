"""Providers that refuse, stall, lie or vanish: the person's next channel is taken, none is lost."""

import itertools
import threading

import pytest

from journal.models import Entry
from journal.recording import now
from notices.models import Attempt, Channel, Delivery
from tests.faults import invariants
from tests.faults.figures import note
from tests.faults.filling import call, staff, ways
from tests.faults.place import wait_for
from tests.faults.sizes import sizes
from tests.notices.making_channels import channel
from tests.sinks import Reply, Sink, reply

State = Delivery.State
FAULTS = {
    "500": reply({"error": "x"}, 500),
    "429 with Retry-After": reply({}, 429, Retry_After="60"),
    "200 with errcode": reply({"errcode": 93000, "errmsg": "invalid webhook url"}),
    "hangs": Reply(how="hang"),
    "accepts and drops": Reply(how="drop"),
    "slow drip": Reply(how="drip"),
}
QUICK = ("500", "200 with errcode", "accepts and drops")


def bad_then_good(place, fault: str) -> Channel:
    """A robot that is struck, and a webhook that works, for people with both ways."""
    kind = "wecom" if fault == "200 with errcode" else "webhook"
    configuration = {} if kind == "wecom" else {"serves": "wecom", "url": f"{place.bad.url}/bad"}
    struck = channel(kind, place.bad, name="坏渠道", configuration=configuration, position=0)
    ways(place, "sms")
    return struck


@pytest.fixture
def place(place):
    """With a second sink, the one that is struck."""
    place.bad = Sink()
    yield place
    place.bad.close()


@pytest.mark.parametrize("fault", FAULTS)
@sizes(quick={"calls": 12}, full={"calls": 100})
def test_who_cannot_be_reached_one_way_is_reached_the_next(place, size, fault):
    if size["calls"] < 50 and fault not in QUICK:
        pytest.skip("in make faults")
    place.bad.answer = FAULTS[fault]
    struck = bad_then_good(place, fault)
    alerts = call(staff(size["calls"], "wecom", "sms"))
    place.begin("sender")
    reached = Delivery.objects.filter(alert__in=alerts, state=State.SENT).exclude(channel=struck)
    wait_for(lambda: reached.count() == len(alerts), place.parts_said, within=90)
    slowest = invariants.lag()
    assert not Delivery.objects.filter(channel=struck, state=State.SENT).exists()
    tried = Attempt.objects.filter(delivery__channel=struck).count()
    struck.refresh_from_db()
    if fault == "429 with Retry-After":
        # A provider that says when it will listen is left alone until then.
        assert struck.paused_until is not None
        assert tried < len(alerts)
    elif struck.kind == "webhook":
        # Spared while it is broken. A robot tells all of them in one message: one refusal.
        assert Entry.objects.filter(event="channel.open", stream=struck.stream).exists()
        assert tried <= 3 * len(alerts)
    # It works again: what still waits for it goes out, or is no longer wanted.
    place.bad.answer = reply({"errcode": 0})
    Channel.objects.filter(pk=struck.pk).update(paused_until=None, opened_until=None)
    Delivery.objects.filter(state=State.WAITING).update(due_at=now())
    invariants.check(place, sink=False, within=90)
    there = {key for request in place.sink.requests for key in request.json["ids"]}
    assert set(reached.values_list("key", flat=True)) <= there
    found = list(invariants.repeats(place.sink.requests))
    assert not found, found
    note(
        9,
        f"Channel {fault}",
        f"{len(alerts)} calls",
        tries_at_the_broken_channel=tried,
        reached_the_next_way=len(alerts),
        slowest_call=slowest,
    )


@sizes(quick={"calls": 15}, full={"calls": 300})
def test_a_channel_that_fails_every_third_time_delivers_everything(place, size):
    """No other way is left: the same message is tried again until it is through."""
    turn, lock = itertools.count(), threading.Lock()

    def every_third(_request):
        with lock:
            return reply({}) if next(turn) % 3 else reply({}, 503)

    place.sink.answer = every_third
    ways(place, "sms")
    alerts = call(staff(size["calls"], "sms"))
    place.begin("sender")
    invariants.check(place, wanted=alerts, within=150)
    states = set(Delivery.objects.values_list("state", flat=True))
    assert states == {State.SENT}
    note(
        9,
        "Channel refuses every third message",
        f"{len(alerts)} calls",
        tries=Attempt.objects.count(),
        slowest_call=invariants.lag(),
    )
