"""Is this database the one that was written to, or was it put back from a backup?

A dump that is restored says what was true when it was made. What it holds as due, somebody has
perhaps seen to since: nothing of that may be sent or rung as if no time had passed. Every engine
asks here first and stands still until `ops.restored` has taken stock.
"""

from django.db import connection

from journal.models import Incarnation

# The cluster, the database in it, and the journal's table: a restored dump makes at least the
# table anew. A copy of all files made while nothing ran is the same database, and none of this.
_IDENTITY = (
    "SELECT (SELECT identity FROM journal_incarnation ORDER BY id DESC LIMIT 1), "
    "(SELECT system_identifier FROM pg_control_system())::text || '/' || "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || "
    "'journal_entry'::regclass::oid"
)


def is_restored() -> bool:
    """True from the restoring of a backup until `accept`. A new database is its own."""
    known, identity = _ask()
    if known is None:
        # Engines that begin side by side may each write it: the same words twice change nothing.
        Incarnation.objects.create(identity=identity)
        return False
    return known != identity


def accept() -> None:
    """From now on this is the database that counts."""
    Incarnation.objects.create(identity=_ask()[1])


def _ask() -> tuple[str | None, str]:
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITY)
        known, identity = cursor.fetchone()
    return known, identity
