"""Numbers of incidents become columns of their own; those that people know stay as they are."""

from django.db import migrations, models

# Until now the number was made of the report's year in UTC and the primary key.
KEEP = "UPDATE incidents_incident SET year = extract(year FROM reported_at AT TIME ZONE 'UTC'), serial = id"
GO_ON = """
    INSERT INTO incidents_numbering (year, last)
    SELECT year, max(serial) FROM incidents_incident GROUP BY year
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_initial")]

    operations = [
        migrations.CreateModel(
            name="Numbering",
            fields=[
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        primary_key=True, serialize=False, verbose_name="年份"
                    ),
                ),
                ("last", models.PositiveIntegerField(verbose_name="最后编号")),
            ],
            options={"verbose_name": "事件编号", "verbose_name_plural": "事件编号"},
        ),
        migrations.AddField(
            model_name="incident",
            name="serial",
            field=models.PositiveIntegerField(null=True, verbose_name="年内编号"),
        ),
        migrations.AddField(
            model_name="incident",
            name="year",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="年份"),
        ),
        migrations.RunSQL([KEEP, GO_ON], migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="incident",
            name="serial",
            field=models.PositiveIntegerField(verbose_name="年内编号"),
        ),
        migrations.AlterField(
            model_name="incident",
            name="year",
            field=models.PositiveSmallIntegerField(verbose_name="年份"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(
                fields=("serial", "year"), name="incident_number_once"
            ),
        ),
    ]
