"""The files of a submitted report; they stay as they were."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION reviews_reportfile_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A file of a submitted report cannot be changed or deleted.';
END $$;
CREATE TRIGGER reviews_reportfile_stays BEFORE UPDATE OR DELETE ON reviews_reportfile
    FOR EACH ROW EXECUTE FUNCTION reviews_reportfile_stays();
"""

BACKWARD = """
DROP TRIGGER reviews_reportfile_stays ON reviews_reportfile;
DROP FUNCTION reviews_reportfile_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0007_meetings")]

    operations = [
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("docx", "DOCX")],
                        max_length=4,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("size_bytes", models.PositiveBigIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "path",
                    models.CharField(max_length=64, unique=True, verbose_name="存放位置"),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="reviews.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "报告文件",
                "verbose_name_plural": "报告文件",
                "ordering": ["submission", "-kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "kind"), name="report_file_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["pdf", "docx"])),
                        name="report_file_kind_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
