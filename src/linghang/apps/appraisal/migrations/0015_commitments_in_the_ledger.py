import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """A commitment that was kept names the record of it."""

    dependencies = [
        ("appraisal", "0014_rights_of_histories"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="commitment",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="commitment",
            name="update_update",
        ),
        migrations.AddField(
            model_name="commitment",
            name="fact",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="commitmentevent",
            name="fact",
            field=models.UUIDField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "appraisal_commitmentevent" ("beneficiary", "due", "fact", "id", "judged_at", "judged_by_id", "judged_reason", "made_at", "measure", "midway_note", "midway_on", "node_id", "number", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "reported_at", "state", "text", "uuid", "year") VALUES (NEW."beneficiary", NEW."due", NEW."fact", NEW."id", NEW."judged_at", NEW."judged_by_id", NEW."judged_reason", NEW."made_at", NEW."measure", NEW."midway_note", NEW."midway_on", NEW."node_id", NEW."number", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proof", NEW."reported_at", NEW."state", NEW."text", NEW."uuid", NEW."year"); RETURN NULL;',
                    hash="9240420ed887a29cb131840dfb192a21b171094c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_27d7b",
                    table="appraisal_commitment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "appraisal_commitmentevent" ("beneficiary", "due", "fact", "id", "judged_at", "judged_by_id", "judged_reason", "made_at", "measure", "midway_note", "midway_on", "node_id", "number", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "reported_at", "state", "text", "uuid", "year") VALUES (NEW."beneficiary", NEW."due", NEW."fact", NEW."id", NEW."judged_at", NEW."judged_by_id", NEW."judged_reason", NEW."made_at", NEW."measure", NEW."midway_note", NEW."midway_on", NEW."node_id", NEW."number", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proof", NEW."reported_at", NEW."state", NEW."text", NEW."uuid", NEW."year"); RETURN NULL;',
                    hash="684e04a2713e30b54c08b8f5ca9f712f53f2431f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d3460",
                    table="appraisal_commitment",
                    when="AFTER",
                ),
            ),
        ),
    ]
