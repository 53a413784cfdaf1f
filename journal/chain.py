"""How an entry becomes a link: canonical bytes and a keyed hash.

The key (`JOURNAL_KEY`) lives outside the database, so that not even the database's superuser can
forge a link that `verify_journal` believes.
"""

import datetime
import decimal
import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise


def plain(value: Any) -> Any:
    """Turn a fact into plain JSON that PostgreSQL gives back unchanged.

    Times become ISO 8601 in UTC, decimals and UUIDs text, model instances their primary key.
    Floats are refused: their text form does not survive `jsonb`.

    Raises:
        TypeError: the value has no plain form.
    """
    if value is None or isinstance(value, bool | int | str):
        return value.replace("\x00", "") if isinstance(value, str) else value
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID | Promise):
        return str(value)
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form for the journal: {value!r}")


def canonical(value: Any) -> str:
    """One text for one JSON value: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def keyed_hash(fields: Sequence[Any]) -> str:
    """HMAC-SHA-256 (64 hex digits) over the canonical form of `fields`."""
    return hmac.new(
        settings.JOURNAL_KEY.encode(), canonical(fields).encode(), hashlib.sha256
    ).hexdigest()


def link(
    stream: str,
    seq: int,
    event: str,
    actor: str,
    actor_name: str,
    facts: Any,
    at: datetime.datetime,
    previous_hash: str,
) -> str:
    """Hash of one entry, over everything it says and the hash before it."""
    return keyed_hash(
        [stream, seq, event, actor, actor_name, facts, plain(at), previous_hash],
    )
