"""A trial of a person (试算), and column matchings that he asked to remember."""

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
            name="RememberedMatching",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "fingerprint"), name="matching_once_per_header")
                ],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("pack", models.CharField(max_length=100)),
                ("scheme", models.CharField(max_length=100)),
                ("period", models.CharField(max_length=7)),
                ("files", models.JSONField(default=list)),
                ("closed_all", models.BooleanField(default=False)),
                ("keep_going", models.BooleanField(default=False)),
                ("example", models.BooleanField(default=False)),
                ("state", models.CharField(max_length=12)),
                ("job", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("kept", models.BooleanField(default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "-created_at"], name="trial_by_owner"),
                    models.Index(condition=models.Q(("kept", False)), fields=["expires_at"], name="trial_to_purge"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["reading", "matching", "settling", "problems", "ready"])),
                        name="trial_state_known",
                    )
                ],
            },
        ),
    ]
