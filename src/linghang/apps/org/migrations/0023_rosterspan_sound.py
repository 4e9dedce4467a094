from django.db import migrations, models


class Migration(migrations.Migration):
    """A span says how the name sounds, so that the database puts the roster in that order."""

    dependencies = [("org", "0022_rosterspan_members")]

    operations = [
        migrations.AddField(
            "rosterspan", "sound", models.TextField(blank=True, db_collation="C", default=""), preserve_default=False
        ),
    ]
