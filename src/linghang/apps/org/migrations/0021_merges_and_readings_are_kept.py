from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    kept text;
    rights text;
    who text;
BEGIN
    FOR kept, rights IN VALUES
        ('org_reading', 'DELETE, TRUNCATE'),
        ('org_personmerge', 'DELETE, TRUNCATE'),
        ('org_readingevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_personmergeevent', 'UPDATE, DELETE, TRUNCATE')
    LOOP
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = kept AND grantee NOT IN (current_user, 'PUBLIC')
        LOOP
            EXECUTE format('REVOKE %s ON %I FROM %I', rights, kept, who);
        END LOOP;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """A reading list is closed by date, a merge is undone by a mark; what was done to them stays."""

    dependencies = [("org", "0020_abroad_readings_merges")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
