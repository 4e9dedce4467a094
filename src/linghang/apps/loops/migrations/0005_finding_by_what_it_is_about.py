from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("loops", "0004_problems_found_on_visits")]

    operations = [
        migrations.AddIndex("case", GinIndex(fields=["about"], opclasses=["jsonb_path_ops"], name="case_about")),
    ]
