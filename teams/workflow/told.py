"""Where the journal keeps what happened to a person, a department or a group."""

from typing import Any

_SHORT = {"responsegroup": "group"}


def stream_of(row: Any) -> str:
    """The journal's stream of one row of this room: `person:12`, `group:3`."""
    kind = row._meta.model_name
    return f"{_SHORT.get(kind, kind)}:{row.pk}"
