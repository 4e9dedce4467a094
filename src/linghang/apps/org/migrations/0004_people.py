import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linghang.ui.web.sealed


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("access", "0005_history_is_append_only"),
        ("org", "0003_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("phone", linghang.ui.web.sealed.SealedTextField(null=True)),
                ("phone_lookup", models.CharField(blank=True, db_index=True, max_length=64)),
                ("id_number", linghang.ui.web.sealed.SealedTextField(null=True)),
                ("id_number_lookup", models.CharField(blank=True, max_length=64)),
                ("numbers_set_at", models.DateTimeField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
                (
                    "top",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("id_number_lookup", ""), _negated=True),
                fields=("top", "id_number_lookup"),
                name="person_id_number_once",
            ),
        ),
    ]
