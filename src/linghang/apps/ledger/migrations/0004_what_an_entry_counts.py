from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_areas_are_subjects")]

    operations = [
        migrations.AddField(
            model_name="chainentry",
            name="counts",
            field=models.CharField(max_length=60, default=""),
            preserve_default=False,
        ),
    ]
