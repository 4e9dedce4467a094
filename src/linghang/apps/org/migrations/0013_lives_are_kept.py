from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    kept text;
    rights text;
    who text;
BEGIN
    FOR kept, rights IN VALUES
        ('org_standing', 'DELETE, TRUNCATE'),
        ('org_personclass', 'DELETE, TRUNCATE'),
        ('org_membership', 'DELETE, TRUNCATE'),
        ('org_post', 'DELETE, TRUNCATE'),
        ('org_term', 'DELETE, TRUNCATE'),
        ('org_transfer', 'DELETE, TRUNCATE'),
        ('org_mobility', 'DELETE, TRUNCATE'),
        ('org_contactcheck', 'UPDATE, DELETE, TRUNCATE'),
        ('org_standingevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_personclassevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_membershipevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_postevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_termevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_transferevent', 'UPDATE, DELETE, TRUNCATE'),
        ('org_mobilityevent', 'UPDATE, DELETE, TRUNCATE')
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
    """Dated rows are closed by date or taken back by a mark, never deleted; what was done to them stays."""

    dependencies = [("org", "0012_history_of_registers")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
