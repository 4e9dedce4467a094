from django.db import migrations, models


class Migration(migrations.Migration):
    """A wide list asks kind by kind for the latest days; without this it would read the whole table."""

    dependencies = [("ledger", "0005_what_inspection_keeps")]

    operations = [
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(fields=["top", "kind", "occurred_on", "id"], name="fact_top_kind_day"),
        ),
    ]
