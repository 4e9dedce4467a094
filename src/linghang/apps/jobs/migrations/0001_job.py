"""The job as a person sees it; its queue row is procrastinate's."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("scope", models.JSONField(default=dict)),
                ("arguments", models.JSONField(default=dict)),
                ("state", models.CharField(default="waiting", max_length=12)),
                ("queue_id", models.BigIntegerField(editable=False, null=True)),
                ("run", models.PositiveIntegerField(default=0)),
                ("crashes", models.PositiveSmallIntegerField(default=0)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("cursor", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("result", models.JSONField(default=dict)),
                ("failure", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("purged_at", models.DateTimeField(null=True)),
                (
                    "starter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["starter", "-created_at"], name="jobs_by_starter"),
                    models.Index(
                        condition=models.Q(("purged_at__isnull", True)), fields=["expires_at"], name="jobs_to_purge"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running", "cancelling"])),
                        fields=["queue_id"],
                        name="jobs_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "running", "cancelling", "cancelled", "done", "failed"])
                        ),
                        name="jobs_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state__in", ["cancelled", "done", "failed"])),
                            models.Q(
                                ("finished_at__isnull", True), ("state__in", ["waiting", "running", "cancelling"])
                            ),
                            _connector="OR",
                        ),
                        name="jobs_finished_when_final",
                    ),
                ],
            },
        ),
    ]
