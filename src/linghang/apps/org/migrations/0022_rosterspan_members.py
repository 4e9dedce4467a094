from django.db import migrations, models


class Migration(migrations.Migration):
    """What coverages ask of party members is read from an index alone, without the rows of the roster."""

    dependencies = [("org", "0021_merges_and_readings_are_kept")]

    operations = [
        migrations.AddIndex(
            model_name="rosterspan",
            index=models.Index(
                fields=["node"],
                include=["id", "person", "unit", "branch", "name", "valid_from", "valid_to"],
                condition=models.Q(standing__in=["full_member", "probationary"]),
                name="rosterspan_members",
            ),
        ),
    ]
