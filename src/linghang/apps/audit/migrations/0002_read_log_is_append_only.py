import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

TAKE_RIGHTS = """
DO $$
DECLARE
    who text;
BEGIN
    FOR who IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'audit_accesslog'
          AND grantee NOT IN (current_user, 'PUBLIC')
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_accesslog FROM %I', who);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_read_log"),
    ]

    # triggers hold for the owner, too; rights keep whoever serves from even trying
    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="accesslog",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ec7964a4c459c69dd1110addb5a094052661bb74",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d991f",
                    table="audit_accesslog",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accesslog",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the read log is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="dbefa3a538906f4c15ef941ab4299c25d9d6e9b9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_1b29e",
                    table="audit_accesslog",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop),
    ]
