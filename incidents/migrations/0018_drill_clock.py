"""A drill may stand for a while, and may be ended where it stands."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0017_drills"),
        ("plans", "0010_checklist_steps"),
        ("teams", "0006_roster_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DrillPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="暂停于")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="继续于")),
                ("reason", models.CharField(max_length=200, verbose_name="为什么暂停")),
            ],
            options={
                "verbose_name": "演练暂停",
                "verbose_name_plural": "演练暂停",
                "ordering": ["incident", "at"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="incident",
            name="incident_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="incident",
            name="incident_confirmed_is_graded",
        ),
        migrations.AlterField(
            model_name="incident",
            name="state",
            field=models.CharField(
                choices=[
                    ("reported", "已报告"),
                    ("confirmed", "已确认"),
                    ("commanded", "已下令"),
                    ("repairing", "修复中"),
                    ("restoring", "恢复验证"),
                    ("cleaning", "现场清理"),
                    ("reviewing", "评估中"),
                    ("closed", "已归档"),
                    ("dismissed", "误报"),
                    ("merged", "已并入"),
                    ("stopped", "演练已结束"),
                ],
                default="reported",
                max_length=50,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "reported",
                            "confirmed",
                            "commanded",
                            "repairing",
                            "restoring",
                            "cleaning",
                            "reviewing",
                            "closed",
                            "dismissed",
                            "merged",
                            "stopped",
                        ],
                    )
                ),
                name="incident_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["reported", "dismissed", "merged", "stopped"]),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("grade__isnull", False),
                        models.Q(("fault_type", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="incident_confirmed_is_graded",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "stopped"), _negated=True),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("is_drill", True),
                        models.Q(("dismissal_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="incident_only_a_drill_is_stopped",
            ),
        ),
        migrations.AddField(
            model_name="drillpause",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drillpause",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pauses",
                to="incidents.incident",
                verbose_name="演练",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillpause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("incident",),
                name="drill_pause_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillpause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("at")), _connector="OR"
                ),
                name="drill_pause_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="drillpause",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="drill_pause_says_why"
            ),
        ),
    ]
