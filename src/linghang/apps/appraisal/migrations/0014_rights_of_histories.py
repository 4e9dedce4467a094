from django.db import migrations, models

TAKE_RIGHTS = """
DO $$
DECLARE
    history text;
    kept text;
    who text;
BEGIN
    FOR history IN
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = current_schema() AND table_name LIKE 'appraisal\\_%event'
    LOOP
        kept := left(history, length(history) - 5);
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = history AND grantee NOT IN (current_user, 'PUBLIC')
        LOOP
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM %I', history, who);
            EXECUTE format('REVOKE DELETE, TRUNCATE ON %I FROM %I', kept, who);
        END LOOP;
    END LOOP;
END $$
"""
STATES = ["draft", "offered", "published", "withdrawn", "removed"]


class Migration(migrations.Migration):
    """Histories are only added to, and nothing that has one is deleted: a draft that is thrown away is emptied."""

    dependencies = [("appraisal", "0013_scheme_titles")]

    operations = [
        migrations.RemoveConstraint(model_name="packversion", name="packversion_state_known"),
        migrations.AddConstraint(
            model_name="packversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", STATES)), name="packversion_state_known"
            ),
        ),
        migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop),
    ]
