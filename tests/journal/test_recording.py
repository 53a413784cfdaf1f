"""The journal is append-only, ordered, and keeps only what committed."""

import datetime
import itertools
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from journal.models import Entry
from journal.recording import now, record
from tests import make

pytestmark = pytest.mark.django_db


def _record(stream="test:1", event="test.happened", **facts):
    with transaction.atomic():
        return record(stream, event, by=None, facts=facts)


def test_entries_of_a_stream_are_numbered_and_linked():
    first, second = _record(n=1), _record(n=2)
    assert (first.seq, second.seq) == (1, 2)
    assert second.previous_hash == first.hash
    stored = Entry.objects.get(pk=second.pk)
    assert stored.facts == {"n": 2}
    assert stored.hash == second.hash


def test_streams_do_not_share_their_numbers():
    _record("test:1")
    assert _record("test:2").seq == 1


def test_actor_is_kept_with_name_and_duty():
    with transaction.atomic():
        entry = record("test:1", "test.happened", by=make.person("it"))
    assert entry.actor == f"person:{make.person('it').pk}"
    assert "陈工" in entry.actor_name


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        record("test:1", "test.happened", by=None)
    assert not Entry.objects.exists()


def test_a_float_is_refused_because_jsonb_would_change_it():
    with pytest.raises(TypeError):
        _record(ratio=0.1)


def test_times_and_unknown_characters_survive():
    at = datetime.datetime(2026, 2, 28, 23, 59, tzinfo=datetime.UTC)
    entry = _record(at=at, text="Ⅱ级\x00,🚑")
    assert Entry.objects.get(pk=entry.pk).facts == {
        "at": "2026-02-28T23:59:00+00:00",
        "text": "Ⅱ级,🚑",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET facts = '{}'",
        "UPDATE journal_entry SET relayed_at = now(), event = 'x'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_journal(statement):
    _record()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.filter(event="test.happened").count() == 1


def test_the_relays_stamp_is_set_once_and_never_moved():
    entry = _record()
    Entry.objects.filter(pk=entry.pk).update(relayed_at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(relayed_at=None)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_on_one_stream_leave_no_gap():
    def write():
        for _ in range(10):
            _record("test:race")
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = list(Entry.objects.of("test:race"))
    assert [entry.seq for entry in entries] == list(range(1, 81))
    assert all(b.previous_hash == a.hash for a, b in itertools.pairwise(entries))
    assert all(b.at >= a.at for a, b in itertools.pairwise(entries))


@pytest.mark.django_db(transaction=True)
def test_what_rolls_back_never_happened():
    with transaction.atomic():
        record("test:1", "test.happened", by=None)
        transaction.set_rollback(True)
    assert not Entry.objects.filter(stream="test:1").exists()
    assert _record().seq == 1
