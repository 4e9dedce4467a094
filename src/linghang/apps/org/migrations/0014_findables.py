import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The index by which everything is found."""

    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0013_lives_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="Findable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("uuid", models.UUIDField()),
                (
                    "node",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "top",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "readers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("title", models.CharField(max_length=200)),
                ("line", models.CharField(blank=True, max_length=200)),
                ("day", models.DateField(null=True)),
                ("words", models.TextField()),
                (
                    "pieces",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["pieces"], name="findable_pieces"),
                    models.Index(
                        models.F("kind"),
                        models.F("top"),
                        models.OrderBy(models.F("day"), descending=True, nulls_last=True),
                        name="findable_newest",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "uuid"), name="findable_once")],
            },
        ),
    ]
