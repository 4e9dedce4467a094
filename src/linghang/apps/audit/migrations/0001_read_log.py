from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccessLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("reader", models.UUIDField()),
                ("reader_name", models.CharField(max_length=60)),
                ("page", models.CharField(max_length=80)),
                ("top", models.UUIDField(null=True)),
                ("path", models.CharField(blank=True, db_index=True, max_length=200)),
                ("filters", models.JSONField(default=dict)),
                ("count", models.PositiveIntegerField(null=True)),
                ("person", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at"], name="accesslog_newest"),
                    models.Index(
                        condition=models.Q(("person__isnull", False)), fields=["person", "-at"], name="accesslog_person"
                    ),
                ],
            },
        ),
    ]
