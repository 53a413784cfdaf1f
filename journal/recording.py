"""Writing the journal: `record`, the only way in."""

import datetime
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from journal import live
from journal.chain import canonical, link, plain
from journal.models import Entry

SYSTEM = ("system", "系统")


def now() -> datetime.datetime:
    """The database's clock at this moment: the only clock that counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def actor_of(by: Any) -> tuple[str, str]:
    """Who acts: `(identifier, name)` of a person, or of the system when `by` is None."""
    return SYSTEM if by is None else by.journal_actor


def _official(facts: dict[str, Any]) -> Any:
    """Plain facts. Words that are not yet translated are put into the language of the house, not
    into that of whoever happens to act: the record is read by all, and for years."""
    with translation.override(settings.LANGUAGE_CODE):
        return plain(facts)


def record(
    stream: str,
    event: str,
    *,
    by: Any,
    facts: dict[str, Any] | None = None,
    at: datetime.datetime | None = None,
) -> Entry:
    """Append one fact to a stream, inside the transaction that makes it true.

    Takes the stream's name (`incident:12`), the event (`incident.confirmed`), the acting person
    (an object with `journal_actor`, None for the system itself), plain facts (lazy words are told
    in the language of the house), and the moment
    (the database's clock when left out). Gives the stored entry. On commit the change is
    announced to open pages and to the relay.

    Raises:
        RuntimeError: called outside a transaction.
        TypeError: a fact has no plain form.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record belongs in the transaction that makes the fact true.")
    actor, actor_name = actor_of(by)
    facts = _official(facts or {})
    with connection.cursor() as cursor:
        # The head's row lock orders the stream; the clock is read behind it.
        cursor.execute(
            "INSERT INTO journal_stream AS head (name, seq, hash, sealed_seq) "
            "VALUES (%s, 1, '', 0) "
            "ON CONFLICT (name) DO UPDATE SET seq = head.seq + 1 "
            "RETURNING seq, hash, clock_timestamp()",
            [stream],
        )
        seq, previous_hash, clock = cursor.fetchone()
        at = at or clock
        digest = link(stream, seq, event, actor, actor_name, facts, at, previous_hash)
        cursor.execute(
            "WITH added AS (INSERT INTO journal_entry "
            "(stream, seq, event, actor, actor_name, facts, at, previous_hash, hash) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id) "
            "UPDATE journal_stream SET hash = %s WHERE name = %s RETURNING (SELECT id FROM added)",
            [
                *(stream, seq, event, actor, actor_name, canonical(facts), at, previous_hash),
                *(digest, digest, stream),
            ],
        )
        (pk,) = cursor.fetchone()
    transaction.on_commit(lambda: live.announce(stream, event), robust=True)
    return Entry(
        pk=pk,
        stream=stream,
        seq=seq,
        event=event,
        actor=actor,
        actor_name=actor_name,
        facts=facts,
        at=at,
        previous_hash=previous_hash,
        hash=digest,
    )


def record_all(
    event: str,
    told: Sequence[tuple[str, dict[str, Any]]],
    *,
    by: Any,
    at: datetime.datetime | None = None,
) -> None:
    """Append the same event to many streams, `(stream, facts)` each, in four statements.

    As `record`, and like it inside the transaction that makes the facts true; entries of one stream
    follow one another as they stand in `told`. Raises RuntimeError, TypeError.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record belongs in the transaction that makes the fact true.")
    if not told:
        return
    actor, actor_name = actor_of(by)
    streams = sorted({stream for stream, _facts in told})
    with connection.cursor() as cursor:
        # The heads in one order, so that two that record much never wait for each other.
        cursor.execute(
            "INSERT INTO journal_stream AS head (name, seq, hash, sealed_seq) "
            "SELECT name, 0, '', 0 FROM unnest(%s::text[]) AS name "
            "ON CONFLICT (name) DO UPDATE SET seq = head.seq "
            "RETURNING name, seq, hash, clock_timestamp()",
            [streams],
        )
        found = cursor.fetchall()
        heads = {name: (seq, digest) for name, seq, digest, _clock in found}
        at = at or found[0][3]
        values: list[Any] = []
        for stream, facts in told:
            seq, previous = heads[stream][0] + 1, heads[stream][1]
            facts = _official(facts)
            digest = link(stream, seq, event, actor, actor_name, facts, at, previous)
            heads[stream] = (seq, digest)
            values += [
                stream,
                seq,
                event,
                actor,
                actor_name,
                canonical(facts),
                at,
                previous,
                digest,
            ]
        rows = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(told))
        cursor.execute(
            "INSERT INTO journal_entry "  # noqa: S608
            "(stream, seq, event, actor, actor_name, facts, at, previous_hash, hash) "
            f"VALUES {rows}",
            values,
        )
        cursor.execute(
            "UPDATE journal_stream AS head SET seq = new.seq, hash = new.hash FROM "  # noqa: S608
            f"(VALUES {', '.join(['(%s, %s, %s)'] * len(heads))}) AS new (name, seq, hash) "
            "WHERE head.name = new.name",
            [value for name, head in heads.items() for value in (name, *head)],
        )
    for stream in streams:
        transaction.on_commit(partial(live.announce, stream, event), robust=True)
