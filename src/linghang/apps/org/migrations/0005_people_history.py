import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

TAKE_RIGHTS = """
DO $$
DECLARE
    who text;
BEGIN
    FOR who IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'org_personevent'
          AND grantee NOT IN (current_user, 'PUBLIC')
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON org_personevent FROM %I', who);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("org", "0004_people"),
    ]

    # without the sealed columns: what cannot be updated cannot be sealed under another key
    operations = [
        migrations.CreateModel(
            name="PersonEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("name", models.CharField(max_length=60)),
                ("numbers_set_at", models.DateTimeField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="org.person",
                    ),
                ),
                (
                    "top",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_personevent" ("id", "name", "node_id", "numbers_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "user_id", "uuid") VALUES (NEW."id", NEW."name", NEW."node_id", NEW."numbers_set_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."top_id", NEW."user_id", NEW."uuid"); RETURN NULL;',
                    hash="9a87335e5af3cf62e892f5c083baa74cb8db0f5e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e57ab",
                    table="org_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."node_id" IS DISTINCT FROM (NEW."node_id") OR OLD."numbers_set_at" IS DISTINCT FROM (NEW."numbers_set_at") OR OLD."top_id" IS DISTINCT FROM (NEW."top_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid"))',
                    func='INSERT INTO "org_personevent" ("id", "name", "node_id", "numbers_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "user_id", "uuid") VALUES (NEW."id", NEW."name", NEW."node_id", NEW."numbers_set_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."top_id", NEW."user_id", NEW."uuid"); RETURN NULL;',
                    hash="46d71e7fccb5d6eb42caa357a83faaa830dd7891",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_673e0",
                    table="org_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e666722750e911a74d90da555ecca7ad9b895a18",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_276f9",
                    table="org_personevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop),
    ]
