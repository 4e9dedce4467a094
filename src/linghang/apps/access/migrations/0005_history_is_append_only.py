from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    history text;
    who text;
BEGIN
    FOREACH history IN ARRAY ARRAY['access_userevent', 'access_rolegrantevent'] LOOP
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = history AND grantee NOT IN (current_user, 'PUBLIC')
        LOOP
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM %I', history, who);
        END LOOP;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Whoever serves may add to the history and read it, nothing else; the triggers hold for the owner, too."""

    dependencies = [("access", "0004_history")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
