"""Imports, columns that a place has matched before, and what each import did."""

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
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=12)),
                ("role", models.CharField(max_length=30)),
                ("path", models.CharField(blank=True, max_length=200)),
                ("place_label", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(max_length=200)),
                ("file", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("said", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("cursor", models.PositiveIntegerField(default=0)),
                ("failure", models.CharField(blank=True, max_length=500)),
                ("job", models.UUIDField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undo_reason", models.CharField(blank=True, max_length=200)),
                ("files_gone_at", models.DateTimeField(null=True)),
                (
                    "starter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=40)),
                ("uuid", models.UUIDField()),
                ("action", models.CharField(max_length=10)),
                ("before", models.JSONField(default=dict)),
                ("label", models.CharField(max_length=200)),
                ("source", models.CharField(blank=True, max_length=80)),
                ("kept", models.CharField(blank=True, max_length=300)),
                ("undone", models.BooleanField(default=False)),
                (
                    "import_row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="effects", to="exchange.import"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RememberedColumns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(blank=True, max_length=200)),
                ("kind", models.CharField(max_length=40)),
                ("fingerprint", models.CharField(max_length=64)),
                ("mapping", models.JSONField()),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("path", "kind", "fingerprint"), name="remembered_columns_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["path", "-created_at"], name="import_by_place"),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "reading",
                            "refused",
                            "matching",
                            "checking",
                            "checked",
                            "writing",
                            "done",
                            "undoing",
                            "undone",
                            "failed",
                        ],
                    )
                ),
                name="import_state_known",
            ),
        ),
        migrations.AddIndex(
            model_name="effect",
            index=models.Index(fields=["import_row", "id"], name="effect_by_import"),
        ),
        migrations.AddConstraint(
            model_name="effect",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", ("created", "changed", "ended"))), name="effect_known_action"
            ),
        ),
    ]
