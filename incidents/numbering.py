"""Giving a new incident its number, and finding incidents by what people say on the phone."""

import re

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from incidents.models import Incident

# 2026-0012, or only 12.
_SAID = re.compile(r"^(?:(\d{4})-)?0*(\d{1,9})$")


def add_numbered(incident: Incident) -> None:
    """Insert an incident, its key known, under the next number of its year.

    The year is that of the hospital at the moment of the report. Its row stays locked until the
    transaction ends; when it is rolled back, the number is given to the next report. So there is no
    gap, and reports wait for one another only from here to their commit (docs/adr/0005).
    """
    incident.year = timezone.localtime(incident.reported_at).year
    fields = [field for field in Incident._meta.concrete_fields if field.attname != "serial"]
    into = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH numbered AS (INSERT INTO incidents_numbering AS numbering (year, last) "  # noqa: S608
            "VALUES (%s, 1) ON CONFLICT (year) DO UPDATE SET last = numbering.last + 1 "
            f"RETURNING last) INSERT INTO incidents_incident ({into}, serial) "
            f"SELECT {', '.join(['%s'] * len(fields))}, last FROM numbered RETURNING serial",
            [incident.year, *(getattr(incident, field.attname) for field in fields)],
        )
        (incident.serial,) = cursor.fetchone()
    incident._state.adding, incident._state.db = False, connection.alias


def numbered(words: str) -> Q | None:
    """Incidents with this number (of any year, where none is said); None where it is no number."""
    said = _SAID.match(words.strip())
    if said is None:
        return None
    found = Q(serial=int(said[2]))
    return found & Q(year=int(said[1])) if said[1] else found
