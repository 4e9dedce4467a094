from django.db import migrations, models
from django.db.models import Q

BEFORE = ["inspection", "meeting", "mutual", "person", "system"]


def known(origins: list[str]) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(origin__in=origins), name="case_known_origin")


class Migration(migrations.Migration):
    dependencies = [("loops", "0003_files_of_cases")]

    operations = [
        migrations.RemoveConstraint("case", "case_known_origin"),
        migrations.AddConstraint("case", known(sorted([*BEFORE, "visit"]))),
    ]
