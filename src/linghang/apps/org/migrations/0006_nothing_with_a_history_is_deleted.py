from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    kept text;
    who text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['org_organisation', 'org_naming', 'org_placement', 'org_person'] LOOP
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = kept AND grantee NOT IN (current_user, 'PUBLIC')
        LOOP
            EXECUTE format('REVOKE DELETE, TRUNCATE ON %I FROM %I', kept, who);
        END LOOP;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Organisations are closed and people leave; rows of either stay, as do their dated names and places."""

    dependencies = [("org", "0005_people_history")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
