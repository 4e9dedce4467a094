from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    kept text;
    rights text;
    who text;
BEGIN
    FOR kept, rights IN VALUES
        ('org_area', 'DELETE, TRUNCATE'),
        ('org_link', 'DELETE, TRUNCATE'),
        ('org_category', 'DELETE, TRUNCATE'),
        ('org_succession', 'UPDATE, DELETE, TRUNCATE'),
        ('org_areaevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_linkevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_categoryevent', 'UPDATE, DELETE, TRUNCATE')
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
    """Areas, links and categories are ended by date or taken back by a mark, never deleted."""

    dependencies = [("org", "0016_history_of_links")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
