"""Ended incidents are found by what was said of them, however many there are.

PostgreSQL's own dictionaries cut no Chinese words, and pg_trgm is not in every PostgreSQL: so the
index holds each character and each pair of neighbours (incidents/searching.py).
"""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.db import migrations, models

PIECES = """
CREATE FUNCTION incidents_pieces(title text, location text, seen text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(array_agg(DISTINCT piece), '{}')
    FROM (
        SELECT letter, letter || lead(letter) OVER (ORDER BY place) AS pair
        FROM unnest(
            string_to_array(lower(title || E'\\n' || location || E'\\n' || seen), NULL)
        ) WITH ORDINALITY AS letters (letter, place)
    ) AS pairs,
    LATERAL (VALUES (letter), (pair)) AS pieces (piece)
    WHERE piece IS NOT NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_kept_by")]

    operations = [
        migrations.RunSQL(PIECES, "DROP FUNCTION incidents_pieces(text, text, text)"),
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func("title", "location", "seen", function="incidents_pieces"),
                condition=models.Q(state__in=["closed", "dismissed", "merged"]),
                name="incident_said",
            ),
        ),
        # No statistics of it: they would cost ANALYZE seconds, and nothing is decided by them.
        migrations.RunSQL(
            "ALTER INDEX incident_said ALTER COLUMN 1 SET STATISTICS 0", migrations.RunSQL.noop
        ),
    ]
