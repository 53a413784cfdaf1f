"""Verification: walk every chain and every root, and name each break by stream and seq."""

from collections.abc import Iterator
from dataclasses import dataclass

from journal.chain import link
from journal.models import Entry, Root, Stream
from journal.roots import exported_heads, signature


@dataclass(frozen=True)
class Break:
    """One place where the journal is not what was written."""

    stream: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.stream}\t{self.seq}\t{self.what}"


def breaks(streams: list[str] | None = None) -> Iterator[Break]:
    """Yield every break found, in order of stream and seq.

    Finds an edited, removed or inserted entry whoever made it: the hash is keyed with a secret
    that the database does not hold, each link holds the one before it, the head of each stream
    says how long it is, and signed roots (in the database and in a file beside it) hold the heads.
    """
    roots = Root.objects.order_by("pk")
    heads: dict[tuple[str, int], str] = {}
    previous = ""
    for root in roots.iterator(chunk_size=500):
        if root.previous_signature != previous or root.signature != signature(root):
            yield Break("journal-root", root.pk, "封存签名不符")
        previous = root.signature
        heads |= {(name, seq): digest for name, seq, digest in root.heads}
    heads |= exported_heads()
    known = dict(Stream.objects.values_list("name", "seq"))
    hashes = dict(Stream.objects.values_list("name", "hash"))

    entries = Entry.objects.order_by("stream", "seq")
    if streams:
        entries = entries.filter(stream__in=streams)
        known = {name: seq for name, seq in known.items() if name in streams}
        heads = {key: digest for key, digest in heads.items() if key[0] in streams}

    stream, seq, digest = "", 0, ""
    rows = entries.values_list(
        *("stream", "seq", "event", "actor", "actor_name", "facts", "at", "previous_hash", "hash")
    )
    for name, number, event, actor, actor_name, facts, at, previous_hash, stored in rows.iterator(
        chunk_size=2000
    ):
        if name != stream:
            yield from _ending(stream, seq, digest, known, hashes)
            stream, seq, digest = name, 0, ""
        for missing in range(seq + 1, number):
            heads.pop((name, missing), None)
            yield Break(name, missing, "记录缺失")
        # Behind a gap the link to the missing entry can only be taken at its word.
        expected_previous = digest if number == seq + 1 else previous_hash
        expected = link(name, number, event, actor, actor_name, facts, at, expected_previous)
        if stored != expected or previous_hash != expected_previous:
            yield Break(name, number, "内容或链接被改动")
        elif heads.get((name, number), stored) != stored:
            yield Break(name, number, "与封存的链头不符")
        heads.pop((name, number), None)
        seq, digest = number, stored
    yield from _ending(stream, seq, digest, known, hashes)

    for name, length in sorted(known.items()):
        for missing in range(1, length + 1):
            heads.pop((name, missing), None)
            yield Break(name, missing, "记录缺失")
    for name, number in sorted(heads):
        yield Break(name, number, "封存过的记录缺失")


def _ending(
    stream: str, seq: int, digest: str, known: dict[str, int], hashes: dict[str, str]
) -> Iterator[Break]:
    """What the stream's head says beyond its last entry."""
    if not stream:
        return
    length = known.pop(stream, None)
    if length is None:
        yield Break(stream, seq, "链头缺失")
        return
    for missing in range(seq + 1, length + 1):
        yield Break(stream, missing, "记录缺失")
    if length < seq or (length == seq and hashes[stream] != digest):
        yield Break(stream, seq, "与链头不符")
