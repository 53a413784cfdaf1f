"""Giving a new incident its number, and finding incidents by what people say on the phone."""

import datetime
import re

from django.db import connection
from django.db.models import Q
from django.utils import timezone

# 2026-0012, or only 12.
_SAID = re.compile(r"^(?:(\d{4})-)?0*(\d{1,9})$")


def next_number(at: datetime.datetime) -> tuple[int, int]:
    """The year at the hospital and the next number in it, inside the transaction that reports.

    The year's row stays locked until that transaction ends; when it is rolled back, the number is
    given to the next report. So there is no gap, and reports wait for one another only from here
    to their commit (docs/adr/0005).
    """
    year = timezone.localtime(at).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incidents_numbering AS numbering (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = numbering.last + 1 RETURNING last",
            [year],
        )
        (serial,) = cursor.fetchone()
    return year, serial


def numbered(words: str) -> Q | None:
    """Incidents with this number (of any year, where none is said); None where it is no number."""
    said = _SAID.match(words.strip())
    if said is None:
        return None
    found = Q(serial=int(said[2]))
    return found & Q(year=int(said[1])) if said[1] else found
