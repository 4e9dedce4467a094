from django.db import migrations

# The author of a change stands in `pghistory_context`. pghistory adds to a row of the same transaction, so that an
# update cannot be taken away; but nothing that a row says may become something else.
GUARD = """
CREATE FUNCTION access_context_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id = OLD.id AND NEW.created_at = OLD.created_at AND NEW.metadata @> OLD.metadata THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'who made a change is append-only: % is neither changed nor emptied', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION access_context_is_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON pghistory_context
    FOR EACH STATEMENT EXECUTE FUNCTION access_context_is_append_only();
"""
UNGUARD = """
DROP TRIGGER append_only ON pghistory_context;
DROP TRIGGER never_emptied ON pghistory_context;
DROP FUNCTION access_context_is_append_only();
"""

# Whoever has a history is never deleted, else the history would speak of nobody.
TAKE_RIGHTS = """
DO $$
DECLARE
    kept text;
    who text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['access_user', 'access_rolegrant', 'access_scopenode', 'pghistory_context'] LOOP
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
    dependencies = [("access", "0005_history_is_append_only"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop),
    ]
