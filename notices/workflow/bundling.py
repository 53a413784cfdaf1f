"""Bundling: what comes to one number within seconds goes as one message."""

import datetime
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection

# Messages to one number within this time go as one.
BUNDLE = timedelta(seconds=3)
# Longer than any channel may take, so that only the dead lose a lease.
LEASE = timedelta(seconds=60)
# Of a message that is on its way for longer its sender may be dead: nobody waits behind it.
ON_ITS_WAY = timedelta(seconds=15)

Number = tuple[int | None, int | None]


def busy_until(people: Iterable[int]) -> dict[Number, datetime.datetime]:
    """Until when messages to a number of these people wait and gather: behind one that just went
    there, or is on its way. By person and contact point; a number that is free is missing."""
    keys = sorted(set(people))
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, point_id, max(coalesce(sent_at, statement_timestamp())) "
            "FROM notices_delivery WHERE person_id = ANY(%s) "
            "AND (sent_at > statement_timestamp() - %s * interval '1 second' "
            "OR state = 'sending' "
            "AND leased_until > statement_timestamp() + %s * interval '1 second') "
            "GROUP BY person_id, point_id",
            [keys, BUNDLE.total_seconds(), (LEASE - ON_ITS_WAY).total_seconds()],
        )
        return {(person, point): last + BUNDLE for person, point, last in cursor.fetchall()}
