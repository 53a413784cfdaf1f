"""An incident may be a drill, on a clock of its own; what it was reported as, it stays."""

from django.db import migrations, models

STAYS = """
CREATE FUNCTION incidents_drill_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was reported as a drill, or as real, stays it';
END $$;
CREATE TRIGGER incidents_drill_stays BEFORE UPDATE ON incidents_incident FOR EACH ROW
    WHEN (OLD.is_drill IS DISTINCT FROM NEW.is_drill
        OR OLD.drill_speed IS DISTINCT FROM NEW.drill_speed)
    EXECUTE FUNCTION incidents_drill_stays();
"""
GOES = """
DROP TRIGGER incidents_drill_stays ON incidents_incident;
DROP FUNCTION incidents_drill_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0016_restoration"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="drill_speed",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="演练倍速"),
        ),
        migrations.AddField(
            model_name="incident",
            name="is_drill",
            field=models.BooleanField(default=False, verbose_name="演练"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drill_speed", 1),
                    models.Q(("drill_speed__gte", 1), ("drill_speed__lte", 24), ("is_drill", True)),
                    _connector="OR",
                ),
                name="incident_only_a_drill_is_faster",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_drill", False), ("title__startswith", "【演练】"), _connector="OR"
                ),
                name="incident_drill_says_so_first",
            ),
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
