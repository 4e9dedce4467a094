from django.db import migrations


class Migration(migrations.Migration):
    """What was recorded more than a week afterwards, by place and day: few rows, asked for whole quarters at once."""

    dependencies = [("ledger", "0008_reversals_are_checked_together")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX fact_late ON ledger_fact (node_id, occurred_on, recorded_by_id, recorded_at, id)"
            " WHERE (recorded_at AT TIME ZONE 'Asia/Shanghai')::date - occurred_on >= 8",
            "DROP INDEX fact_late",
        ),
    ]
