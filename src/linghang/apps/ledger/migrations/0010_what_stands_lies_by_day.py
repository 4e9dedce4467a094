from django.db import migrations

BY_DAY = """
CREATE FUNCTION ledger_slot_by_day(fact bigint, slot uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (coalesce(left(e.uuid::text, 8), lpad(to_hex(f.occurred_on - DATE '0001-01-01' + 1), 8, '0'))
            || left(replace(slot::text, '-', ''), 24))::uuid
    FROM ledger_fact f LEFT JOIN ledger_event e ON e.id = f.event_id WHERE f.id = fact
$$;
ALTER TABLE ledger_standingfact ALTER COLUMN slot TYPE uuid USING ledger_slot_by_day(fact_id, slot);
DROP FUNCTION ledger_slot_by_day;
"""


class Migration(migrations.Migration):
    """What may stand only once begins with its day, or as its event does, instead of anywhere; the hash follows.

    All rows at once, so that no two ways of writing stand side by side: equal contents stay equal, others differ. An
    import of a hundred thousand touched fifty thousand pages of the index. Ten million rows take some minutes.
    """

    dependencies = [("ledger", "0009_late_records_are_found")]

    operations = [migrations.RunSQL(BY_DAY)]
