"""A version of a pack keeps the titles of its schemes, so that lists need not read the whole pack."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appraisal", "0012_what_runs_read"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="packversion",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="packversion",
            name="update_update",
        ),
        migrations.AddField(
            model_name="packversion",
            name="schemes",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="packversionevent",
            name="schemes",
            field=models.JSONField(default=dict),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="packversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "appraisal_packversionevent" ("content_hash", "files", "id", "locked", "made_at", "made_by_id", "note", "offered_at", "offered_by_id", "owner_id", "pack", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "schemes", "state", "title", "uuid", "version") VALUES (NEW."content_hash", NEW."files", NEW."id", NEW."locked", NEW."made_at", NEW."made_by_id", NEW."note", NEW."offered_at", NEW."offered_by_id", NEW."owner_id", NEW."pack", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."schemes", NEW."state", NEW."title", NEW."uuid", NEW."version"); RETURN NULL;',
                    hash="798e1dfa7f39bfd6f88ab134e9a4fb08923b951e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5aef7",
                    table="appraisal_packversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="packversion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "appraisal_packversionevent" ("content_hash", "files", "id", "locked", "made_at", "made_by_id", "note", "offered_at", "offered_by_id", "owner_id", "pack", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "schemes", "state", "title", "uuid", "version") VALUES (NEW."content_hash", NEW."files", NEW."id", NEW."locked", NEW."made_at", NEW."made_by_id", NEW."note", NEW."offered_at", NEW."offered_by_id", NEW."owner_id", NEW."pack", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."schemes", NEW."state", NEW."title", NEW."uuid", NEW."version"); RETURN NULL;',
                    hash="0f822126f406ea8e3877ac41074872e79e0d9435",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b3183",
                    table="appraisal_packversion",
                    when="AFTER",
                ),
            ),
        ),
    ]
