"""The relay hands each entry to its subscribers once; a poisoned entry stops no other."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from journal import looks, relay
from journal.models import Entry, PoisonedEntry, Stream
from journal.recording import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscribers():
    """Subscriptions of this test only."""
    before = {event: list(handlers) for event, handlers in relay._subscribers.items()}
    yield relay.subscribe
    relay._subscribers.clear()
    relay._subscribers.update(before)


def _record(event, **facts):
    with transaction.atomic():
        return record("test:relay", event, by=None, facts=facts)


def test_each_entry_reaches_its_subscribers_once(subscribers):
    heard = []
    subscribers("test.rang", lambda entry: heard.append(entry.facts["n"]))
    _record("test.rang", n=1)
    _record("test.silent")
    _record("test.rang", n=2)
    relay.relay()
    relay.relay()
    assert heard == [1, 2]
    assert not Entry.objects.filter(relayed_at__isnull=True).exists()


def test_a_poisoned_entry_stops_no_other_and_is_shown(subscribers):
    heard = []

    def handle(entry):
        if entry.facts["n"] == 1:
            raise ValueError("does not agree with me")
        heard.append(entry.facts["n"])

    subscribers("test.rang", handle)
    poisoned = _record("test.rang", n=1)
    _record("test.rang", n=2)
    relay.relay()
    assert heard == [2]
    kept = PoisonedEntry.objects.get()
    assert kept.entry_id == poisoned.pk
    assert "does not agree" in kept.error
    relay.relay()
    kept.refresh_from_db()
    assert kept.failures == 1, "it waits for its next try"


def test_a_poisoned_entry_is_tried_again_and_heals(subscribers):
    ill = [True]

    def handle(entry):
        if ill[0]:
            raise ValueError("not yet")

    subscribers("test.rang", handle)
    entry = _record("test.rang")
    relay.relay()
    ill[0] = False
    PoisonedEntry.objects.update(retry_at="2000-01-01T00:00Z")
    relay.relay()
    assert not PoisonedEntry.objects.exists()
    assert Entry.objects.get(pk=entry.pk).relayed_at is not None


def test_what_was_relayed_after_all_is_not_set_aside(subscribers):
    """A connection that is cut off while it commits does not say whether that came through."""
    subscribers("test.rang", lambda entry: None)
    entry = _record("test.rang")
    relay.relay()
    relay._set_aside(entry, OperationalError("server closed the connection unexpectedly"))
    assert not PoisonedEntry.objects.exists()


def test_what_was_set_aside_while_somebody_else_relayed_it_is_mended(subscribers):
    subscribers("test.rang", lambda entry: None)
    entry = _record("test.rang")
    relay._set_aside(entry, OperationalError("server closed the connection unexpectedly"))
    assert relay._relay_one(entry.pk) == 1
    assert not PoisonedEntry.objects.exists()


def test_what_a_failed_handler_wrote_is_undone(subscribers):
    def handle(entry):
        Stream.objects.create(name="half-done", seq=1, hash="x")
        raise ValueError("half way")

    subscribers("test.rang", handle)
    _record("test.rang")
    relay.relay()
    assert not Stream.objects.filter(name="half-done").exists()


@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_hand_over_each_entry_once(subscribers):
    heard, lock = [], threading.Lock()

    def handle(entry):
        with lock:
            heard.append(entry.facts["n"])

    subscribers("test.rang", handle)
    for n in range(60):
        _record("test.rang", n=n)

    def run():
        relay.relay()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    relay.relay()
    assert sorted(heard) == list(range(60))


def test_a_call_ends_in_time_and_the_next_goes_on(subscribers, monkeypatch):
    """Clocks that run out meanwhile want the same worker: none of them waits for a long queue."""
    heard = []
    subscribers("test.rang", lambda entry: heard.append(entry.facts["n"]))
    for number in range(3):
        _record("test.rang", n=number)
    monkeypatch.setattr(relay, "BUDGET", 0.0)
    relay.relay()
    assert heard == []
    monkeypatch.setattr(relay, "BUDGET", 60.0)
    relay.relay()
    assert heard == [0, 1, 2]


def test_what_the_entries_of_one_look_ask_is_asked_once(subscribers):
    asked = []

    def ask():
        asked.append(True)
        return len(asked)

    subscribers("test.asks", lambda _entry: looks.once("it", ask))
    for _number in range(3):
        _record("test.asks")
    relay.relay()
    assert len(asked) == 1
    # The next look asks again, and so does whoever asks outside of one.
    _record("test.asks")
    relay.relay()
    assert looks.once("it", ask) == 3
    assert looks.once("it", ask) == 4


def test_what_was_read_in_a_transaction_that_was_undone_is_asked_again(subscribers):
    def rename(entry):
        if entry.facts["fails"]:
            Stream.objects.filter(name="test:relay").update(sealed_seq=7)
        read = looks.once("sealed", lambda: Stream.objects.get(name="test:relay").sealed_seq)
        if entry.facts["fails"]:
            raise ValueError("undone")
        heard.append(read)

    heard = []
    subscribers("test.renames", rename)
    _record("test.renames", fails=True)
    _record("test.renames", fails=False)
    relay.relay()
    assert heard == [0]
