import pgtrigger.compiler
import pgtrigger.migrations
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
    """Steps that were taken and the history stay as they are; cases, words and numbers are never deleted."""

    dependencies = [("loops", "0001_cases")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="caseevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3edbe4dd4a2c77a09168243c9532896ab89256e9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a7043",
                    table="loops_caseevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "loops_caseevent" ("about", "closed_on", "confidential", "doer_id", "due_on", "due_words", "ends", "extended", "id", "kind", "left_when_paused", "level", "node_id", "number", "opened_at", "opened_on", "origin", "parties", "paused_days", "paused_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provisional", "readers", "refused", "reopened", "reporter_id", "responsible_id", "same", "state", "state_since", "steps", "subject_id", "top_id", "tracker_id", "uuid", "verifier_id", "version_id", "waits_for") VALUES (NEW."about", NEW."closed_on", NEW."confidential", NEW."doer_id", NEW."due_on", NEW."due_words", NEW."ends", NEW."extended", NEW."id", NEW."kind", NEW."left_when_paused", NEW."level", NEW."node_id", NEW."number", NEW."opened_at", NEW."opened_on", NEW."origin", NEW."parties", NEW."paused_days", NEW."paused_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."provisional", NEW."readers", NEW."refused", NEW."reopened", NEW."reporter_id", NEW."responsible_id", NEW."same", NEW."state", NEW."state_since", NEW."steps", NEW."subject_id", NEW."top_id", NEW."tracker_id", NEW."uuid", NEW."verifier_id", NEW."version_id", NEW."waits_for"); RETURN NULL;',
                    hash="a4aa9313259d3babe9dd0a04f76dfadde974a9b7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_54a1f",
                    table="loops_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."about" IS DISTINCT FROM (NEW."about") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."confidential" IS DISTINCT FROM (NEW."confidential") OR OLD."doer_id" IS DISTINCT FROM (NEW."doer_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."due_words" IS DISTINCT FROM (NEW."due_words") OR OLD."ends" IS DISTINCT FROM (NEW."ends") OR OLD."extended" IS DISTINCT FROM (NEW."extended") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."left_when_paused" IS DISTINCT FROM (NEW."left_when_paused") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."node_id" IS DISTINCT FROM (NEW."node_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."parties" IS DISTINCT FROM (NEW."parties") OR OLD."paused_days" IS DISTINCT FROM (NEW."paused_days") OR OLD."paused_on" IS DISTINCT FROM (NEW."paused_on") OR OLD."provisional" IS DISTINCT FROM (NEW."provisional") OR OLD."readers" IS DISTINCT FROM (NEW."readers") OR OLD."refused" IS DISTINCT FROM (NEW."refused") OR OLD."reopened" IS DISTINCT FROM (NEW."reopened") OR OLD."reporter_id" IS DISTINCT FROM (NEW."reporter_id") OR OLD."responsible_id" IS DISTINCT FROM (NEW."responsible_id") OR OLD."same" IS DISTINCT FROM (NEW."same") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."state_since" IS DISTINCT FROM (NEW."state_since") OR OLD."steps" IS DISTINCT FROM (NEW."steps") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id") OR OLD."top_id" IS DISTINCT FROM (NEW."top_id") OR OLD."tracker_id" IS DISTINCT FROM (NEW."tracker_id") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid") OR OLD."verifier_id" IS DISTINCT FROM (NEW."verifier_id") OR OLD."version_id" IS DISTINCT FROM (NEW."version_id") OR OLD."waits_for" IS DISTINCT FROM (NEW."waits_for"))',
                    func='INSERT INTO "loops_caseevent" ("about", "closed_on", "confidential", "doer_id", "due_on", "due_words", "ends", "extended", "id", "kind", "left_when_paused", "level", "node_id", "number", "opened_at", "opened_on", "origin", "parties", "paused_days", "paused_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provisional", "readers", "refused", "reopened", "reporter_id", "responsible_id", "same", "state", "state_since", "steps", "subject_id", "top_id", "tracker_id", "uuid", "verifier_id", "version_id", "waits_for") VALUES (NEW."about", NEW."closed_on", NEW."confidential", NEW."doer_id", NEW."due_on", NEW."due_words", NEW."ends", NEW."extended", NEW."id", NEW."kind", NEW."left_when_paused", NEW."level", NEW."node_id", NEW."number", NEW."opened_at", NEW."opened_on", NEW."origin", NEW."parties", NEW."paused_days", NEW."paused_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."provisional", NEW."readers", NEW."refused", NEW."reopened", NEW."reporter_id", NEW."responsible_id", NEW."same", NEW."state", NEW."state_since", NEW."steps", NEW."subject_id", NEW."top_id", NEW."tracker_id", NEW."uuid", NEW."verifier_id", NEW."version_id", NEW."waits_for"); RETURN NULL;',
                    hash="c3b7eb5ff6774380b14e3c06dffd34587c20ece5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3156c",
                    table="loops_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transition",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9248fbfc77086c29d1e7b4bfbde2fd66cf6719a8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_53201",
                    table="loops_transition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transition",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'steps of cases are append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="0810a89252abf2a7671a0f8d6f1f69dd3d5f1539",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_e4d9d",
                    table="loops_transition",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop),
    ]
