"""Messages in the page."""

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
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=80)),
                ("text", models.CharField(max_length=300)),
                ("link", models.CharField(max_length=300)),
                ("due", models.DateField(null=True)),
                ("key", models.CharField(max_length=200, null=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-created_at"], name="notice_by_user"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["user", "due"], name="notice_unread"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="notice_once_per_key")],
            },
        ),
    ]
