"""Signed roots: statements, kept also outside the database, of how far each stream had come.

The chain itself shows an edited or inserted entry. Roots show that the end of a stream, or a whole
stream, was cut off.
"""

import json

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from journal.chain import canonical, keyed_hash, plain
from journal.models import Root, Stream
from journal.recording import now

# Any number that no other advisory lock uses: it lets one process seal at a time.
_SEALING = 7_205_001


def seal(limit: int = 5000) -> Root | None:
    """Sign the heads that moved since the last root and append them to the exported file.

    Gives the new root, or None when nothing moved or another process is sealing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALING])
            if not cursor.fetchone()[0]:
                return None
        moved = list(
            Stream.objects.filter(seq__gt=F("sealed_seq"))
            .order_by("name")
            .values_list("name", "seq", "hash")[:limit]
        )
        if not moved:
            return None
        last = Root.objects.order_by("-pk").first()
        root = Root(
            at=now(),
            heads=[list(head) for head in moved],
            previous_signature=last.signature if last else "",
        )
        root.signature = signature(root)
        root.save(force_insert=True)
        for name, seq, _hash in moved:
            Stream.objects.filter(name=name, sealed_seq__lt=seq).update(sealed_seq=seq)
        # The file is written last: a root that did not commit may stand in it, one that did
        # commit is never missing from it.
        _export(root)
    return root


def signature(root: Root) -> str:
    """HMAC over the root's moment, its heads and the signature before it."""
    return keyed_hash([plain(root.at), root.heads, root.previous_signature])


def exported_heads() -> dict[tuple[str, int], str]:
    """Heads that stand in the exported file and bear a good signature: `(stream, seq) → hash`."""
    path = settings.DATA_DIR / "journal-roots.jsonl"
    heads: dict[tuple[str, int], str] = {}
    if not path.exists():
        return heads
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                said = json.loads(line)
                expected = keyed_hash([said["at"], said["heads"], said["previous_signature"]])
            except (ValueError, KeyError, TypeError):
                continue
            if said.get("signature") == expected and said.get("database") == _database():
                heads.update({(name, seq): digest for name, seq, digest in said["heads"]})
    return heads


def _export(root: Root) -> None:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    line = canonical(
        {
            "database": _database(),
            "at": plain(root.at),
            "heads": root.heads,
            "previous_signature": root.previous_signature,
            "signature": root.signature,
        }
    )
    with (settings.DATA_DIR / "journal-roots.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _database() -> str:
    """Identity of this database (cluster and name): two never share their roots."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier::text || '/' || current_database() FROM pg_control_system()"
        )
        return cursor.fetchone()[0]
