"""What people write into the regulator's form."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0018_drill_clock"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LawReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("first", "首报"), ("further", "续报"), ("final", "总结报告")],
                        max_length=8,
                        verbose_name="报告种类",
                    ),
                ),
                ("words", models.JSONField(default=dict, verbose_name="填写的内容")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版次")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="law_reports",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "verbose_name": "法定报告表",
                "verbose_name_plural": "法定报告表",
                "ordering": ["incident", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "stage"), name="law_report_once"),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["first", "further", "final"])),
                        name="law_report_stage_known",
                    ),
                ],
            },
        ),
    ]
