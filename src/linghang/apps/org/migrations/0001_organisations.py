import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_users_and_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=120)),
                ("short_name", models.CharField(blank=True, max_length=40)),
                ("code", models.CharField(blank=True, max_length=40)),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                ("founded_on", models.DateField()),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "node",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
                (
                    "top",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "branch",
                                    "department",
                                    "discipline_commission",
                                    "general_branch",
                                    "joint_branch",
                                    "leading_group",
                                    "organ_committee",
                                    "organ_discipline",
                                    "party_committee",
                                    "party_team",
                                    "project",
                                    "project_branch",
                                    "stationed_discipline",
                                    "team",
                                    "temporary_branch",
                                    "unit",
                                    "working_committee",
                                    "workshop",
                                ],
                            )
                        ),
                        name="organisation_known_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("top", "code"),
                        name="organisation_code_once",
                    ),
                ],
            },
        ),
    ]
