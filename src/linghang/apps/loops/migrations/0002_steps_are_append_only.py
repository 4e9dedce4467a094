from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    kept text;
    taken text;
    who text;
BEGIN
    FOR kept, taken IN
        VALUES ('loops_transition', 'UPDATE, DELETE, TRUNCATE'), ('loops_caseevent', 'UPDATE, DELETE, TRUNCATE'),
               ('loops_kindversion', 'UPDATE, DELETE, TRUNCATE'), ('loops_case', 'DELETE, TRUNCATE'),
               ('loops_casetext', 'DELETE, TRUNCATE'), ('loops_casenumber', 'DELETE, TRUNCATE')
    LOOP
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = kept AND grantee NOT IN (current_user, 'PUBLIC')
        LOOP
            EXECUTE format('REVOKE %s ON %I FROM %I', taken, kept, who);
        END LOOP;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Steps that were taken stay as they are; cases, their words and their numbers are never deleted."""

    dependencies = [("loops", "0001_cases")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
