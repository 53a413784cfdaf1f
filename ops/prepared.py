"""Has this database been prepared by this very code? Asked at each start, without Django.

The answer is kept in the database itself, as the comment on the table of migrations: it travels
with a dump and is right for any database that DATABASE_URL may name.
"""

import hashlib
from pathlib import Path

import psycopg2

BASE = Path(__file__).resolve().parent.parent


def fingerprint() -> str:
    """Changes with any migration of ours and with any library that brings migrations."""
    digest = hashlib.sha256()
    for file in (BASE / "requirements" / "run.lock", *sorted(BASE.glob("*/migrations/*.py"))):
        digest.update(str(file.relative_to(BASE)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def is_prepared(url: str) -> bool:
    """True if the database at `url` was last prepared by code with our fingerprint."""
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except psycopg2.Error:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT obj_description('django_migrations'::regclass, 'pg_class')")
            return cursor.fetchone() == (fingerprint(),)
    except psycopg2.Error:
        return False
    finally:
        connection.close()
