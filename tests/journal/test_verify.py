"""`verify_journal` names each edited, removed or inserted row, whoever made it."""

import time

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from journal.chain import canonical, link
from journal.models import Entry, Root
from journal.recording import now, record
from journal.roots import seal
from journal.verify import breaks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_export(settings, tmp_path):
    """Roots are exported to a file that knows nothing of a test's rollback."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def stream():
    name = f"test:{time.monotonic_ns()}"
    with transaction.atomic():
        for number in range(1, 6):
            record(name, "test.happened", by=None, facts={"number": number})
    return name


def as_superuser(statement, *parameters):
    """What the database's superuser can do: switch the trigger off and write as he likes."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, parameters)
        cursor.execute("SET session_replication_role = DEFAULT")


def found(stream):
    return {(broken.stream, broken.seq) for broken in breaks([stream])}


def test_an_untouched_journal_is_whole(stream):
    seal()
    assert found(stream) == set()


@pytest.mark.parametrize(
    "change",
    [
        "facts = '{\"number\": 99}'",
        "event = 'test.other'",
        "actor_name = 'somebody else'",
        "at = at + interval '1 second'",
        "hash = repeat('0', 64)",
        "previous_hash = repeat('0', 64)",
    ],
)
def test_an_edited_row_is_found(stream, change):
    as_superuser(
        f"UPDATE journal_entry SET {change} WHERE stream = %s AND seq = 3",  # noqa: S608
        stream,
    )
    assert (stream, 3) in found(stream)


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_removed_row_is_found_first_middle_or_last(stream, seq):
    as_superuser("DELETE FROM journal_entry WHERE stream = %s AND seq = %s", stream, seq)
    assert (stream, seq) in found(stream)


def test_an_inserted_row_is_found(stream):
    last = Entry.objects.of(stream).last()
    as_superuser(
        "INSERT INTO journal_entry (stream, seq, event, actor, actor_name, facts, at, "
        "previous_hash, hash) VALUES (%s, 6, 'test.forged', 'system', '', '{}', now(), %s, %s)",
        stream,
        last.hash,
        "0" * 64,
    )
    assert (stream, 6) in found(stream)


def test_a_tail_cut_off_with_its_head_is_found_by_the_sealed_root(stream):
    seal()
    cut = Entry.objects.of(stream).get(seq=4)
    as_superuser("DELETE FROM journal_entry WHERE stream = %s AND seq > 4", stream)
    as_superuser(
        "UPDATE journal_stream SET seq = 4, sealed_seq = 4, hash = %s WHERE name = %s",
        cut.hash,
        stream,
    )
    assert (stream, 5) in found(stream)


def test_a_tail_is_missed_by_nobody_even_when_the_roots_in_the_database_go_too(stream):
    seal()
    cut = Entry.objects.of(stream).get(seq=4)
    as_superuser("DELETE FROM journal_root")
    as_superuser("DELETE FROM journal_entry WHERE stream = %s AND seq > 4", stream)
    as_superuser(
        "UPDATE journal_stream SET seq = 4, sealed_seq = 4, hash = %s WHERE name = %s",
        cut.hash,
        stream,
    )
    assert (stream, 5) in found(stream)


def test_a_forged_root_is_found(stream):
    root = seal()
    as_superuser("UPDATE journal_root SET heads = '[]' WHERE id = %s", root.pk)
    assert ("journal-root", root.pk) in {(broken.stream, broken.seq) for broken in breaks()}


def test_sealing_twice_makes_one_root(stream):
    assert seal() is not None
    assert seal() is None
    assert Root.objects.count() == 1


def test_the_command_says_where_and_exits_with_1(stream, capsys):
    call_command("verify_journal", stream)
    assert "完好" in capsys.readouterr().out
    as_superuser("DELETE FROM journal_entry WHERE stream = %s AND seq = 2", stream)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_journal", stream)
    assert ended.value.code == 1
    assert f"{stream}\t2\t" in capsys.readouterr().out


@pytest.mark.slow
def test_a_hundred_thousand_entries_verify_in_under_twenty_seconds():
    at, rows = now(), []
    for number in range(1000):
        name, previous = f"many:{number}", ""
        for seq in range(1, 101):
            facts = {"text": "挂号界面一直转圈", "number": seq}
            digest = link(name, seq, "test.happened", "person:1", "陈工", facts, at, previous)
            rows.append(
                Entry(
                    stream=name,
                    seq=seq,
                    event="test.happened",
                    actor="person:1",
                    actor_name="陈工",
                    facts=facts,
                    at=at,
                    previous_hash=previous,
                    hash=digest,
                )
            )
            previous = digest
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_stream (name, seq, hash, sealed_seq) VALUES (%s, 100, %s, 0)",
                [name, previous],
            )
    Entry.objects.bulk_create(rows, batch_size=5000)
    assert canonical(rows[0].facts)
    started = time.monotonic()
    assert list(breaks()) == []
    assert time.monotonic() - started < 20
