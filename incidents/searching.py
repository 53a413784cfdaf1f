"""Finding incidents by words: in title, place and what was seen, or by their number.

Those that have ended are many. Their index holds each character and each pair of neighbours of what
was said (`incidents_pieces` in the database); what has all pairs of the words may have the words.
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, Q, QuerySet, TextField

from incidents.models import Incident
from incidents.models.state import ENDED, OPEN
from incidents.numbering import numbered

_PIECES = Func(
    *("title", "location", "seen"),
    function="incidents_pieces",
    output_field=ArrayField(TextField()),
)


def with_words(rows: "QuerySet[Incident]", words: str) -> "QuerySet[Incident]":
    """Those that say the words as they stand, whatever the case, or that have this number."""
    said = Q(title__icontains=words) | Q(location__icontains=words) | Q(seen__icontains=words)
    # In parts, so that PostgreSQL takes an index for each of them.
    found = Q(said, state__in=OPEN) | Q(said, state__in=ENDED, pieces__contains=_pieces(words))
    if number := numbered(words):
        found |= number
    return rows.alias(pieces=_PIECES).filter(found)


def _pieces(words: str) -> list[str]:
    words = words.lower()
    return sorted({words[at : at + 2] for at in range(len(words) - 1)}) or [words]
