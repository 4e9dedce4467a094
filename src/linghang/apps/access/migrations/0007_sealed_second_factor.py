import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linghang.ui.web.sealed


class Migration(migrations.Migration):
    """Secrets of phones are sealed, and a backup code that was used is gone: no table says who signed in when."""

    dependencies = [("access", "0006_authors_of_changes_stay")]

    operations = [
        migrations.RunSQL("DELETE FROM access_backupcode WHERE used_at IS NOT NULL", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="backupcode", name="used_at"),
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret", linghang.ui.web.sealed.SealedTextField()),
                ("confirmed", models.BooleanField(default=False)),
                ("last_step", models.BigIntegerField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failed_at", models.BigIntegerField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="authenticators",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "confirmed"), name="authenticator_one_in_use")],
            },
        ),
    ]
