from django.db import migrations

# what the app role may still do besides reading and adding, per table; triggers bind the owner, too
TAKE_RIGHTS = """
DO $$
DECLARE
    kept text[];
    who text;
BEGIN
    FOREACH kept SLICE 1 IN ARRAY ARRAY[
        ['ledger_chainentry', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_batch', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_event', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_fact', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_erasure', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_subjectevent', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_text', 'UPDATE, DELETE, TRUNCATE', 'UPDATE (text, salt)'],
        ['ledger_evidence', 'UPDATE, DELETE, TRUNCATE', 'UPDATE (content, name, sha256, salt)'],
        ['ledger_subject', 'DELETE, TRUNCATE', ''],
        ['ledger_chainhead', 'DELETE, TRUNCATE', ''],
        ['ledger_standingfact', 'UPDATE, TRUNCATE', '']
    ] LOOP
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = kept[1] AND grantee NOT IN (current_user, 'PUBLIC')
        LOOP
            EXECUTE format('REVOKE %s ON %I FROM %I', kept[2], kept[1], who);
            IF kept[3] <> '' THEN
                EXECUTE format('GRANT %s ON %I TO %I', kept[3], kept[1], who);
            END IF;
        END LOOP;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Records are added, never changed: the app role has no right to, and words beside them can only be erased."""

    dependencies = [("ledger", "0001_records")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
