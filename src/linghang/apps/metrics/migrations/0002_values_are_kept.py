from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    kept text;
    rights text;
    who text;
BEGIN
    FOR kept, rights IN VALUES
        ('metrics_indicator', 'DELETE, TRUNCATE'),
        ('metrics_definition', 'DELETE, TRUNCATE'),
        ('metrics_indicatorvalue', 'UPDATE, DELETE, TRUNCATE'),
        ('metrics_indicatorevent', 'UPDATE, DELETE, TRUNCATE'),
        ('metrics_definitionevent', 'UPDATE, DELETE, TRUNCATE')
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
    """Values are replaced, never changed; indicators are closed, never deleted; what was done to them stays."""

    dependencies = [("metrics", "0001_indicators_and_values")]

    operations = [migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop)]
