from django.db import migrations, models

FILL = """
UPDATE org_rosterspan AS span SET name = person.name, search_text = person.search_text
FROM org_person AS person WHERE person.id = span.person_id;

UPDATE org_person AS person
SET contacted_on = said.last,
    unreached = (
        SELECT count(*) FROM org_contactcheck AS failed
        WHERE failed.person_id = person.id AND failed.outcome = 'failed'
          AND (said.last IS NULL OR failed.checked_on > said.last)
    )
FROM (
    SELECT person_id, max(checked_on) FILTER (WHERE outcome = 'confirmed') AS last FROM org_contactcheck GROUP BY 1
) AS said
WHERE said.person_id = person.id
"""


class Migration(migrations.Migration):
    """Rosters and the register of contacts read one table and its places, without asking per row."""

    dependencies = [("org", "0018_organisations_taken_back")]

    operations = [
        migrations.AddField("person", "contacted_on", models.DateField(editable=False, null=True)),
        migrations.AddField("person", "unreached", models.PositiveSmallIntegerField(default=0, editable=False)),
        migrations.AddField("rosterspan", "name", models.CharField(blank=True, max_length=60, default=""), False),
        migrations.AddField("rosterspan", "search_text", models.TextField(blank=True, default=""), False),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
