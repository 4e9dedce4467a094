"""An organisation that an undone import had made is marked, and its code is free again."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0017_links_are_kept"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="organisation",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="organisation",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="organisation",
            name="organisation_code_once",
        ),
        migrations.AddField(
            model_name="organisation",
            name="voided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="organisationevent",
            name="voided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_organisationevent" ("aliases", "closed_on", "code", "founded_on", "id", "kind", "name", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "top_id", "uuid", "voided_at") VALUES (NEW."aliases", NEW."closed_on", NEW."code", NEW."founded_on", NEW."id", NEW."kind", NEW."name", NEW."node_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."short_name", NEW."top_id", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="8206befac819904d5a9bf5797e9542b63f71a753",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_10eac",
                    table="org_organisation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_organisationevent" ("aliases", "closed_on", "code", "founded_on", "id", "kind", "name", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "top_id", "uuid", "voided_at") VALUES (NEW."aliases", NEW."closed_on", NEW."code", NEW."founded_on", NEW."id", NEW."kind", NEW."name", NEW."node_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."short_name", NEW."top_id", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="ce4575a5b5bb993b804ac9632bde40445ace7741",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_df72c",
                    table="org_organisation",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("code", ""), _negated=True), ("voided_at__isnull", True)),
                fields=("top", "code"),
                name="organisation_code_once",
            ),
        ),
    ]
