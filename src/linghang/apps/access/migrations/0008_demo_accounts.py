import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Accounts that a demo makes are marked: they open nothing elsewhere."""

    dependencies = [
        ("access", "0007_sealed_second_factor"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="update_update",
        ),
        migrations.AddField(
            model_name="user",
            name="for_demo",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="userevent",
            name="for_demo",
            field=models.BooleanField(default=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "access_userevent" ("created_at", "display_name", "for_demo", "home_id", "id", "is_active", "must_change_password", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "username", "uuid") VALUES (NEW."created_at", NEW."display_name", NEW."for_demo", NEW."home_id", NEW."id", NEW."is_active", NEW."must_change_password", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."username", NEW."uuid"); RETURN NULL;',
                    hash="f910e9d44d07ef59d503b7852266df8743e8484a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b2fac",
                    table="access_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."display_name" IS DISTINCT FROM (NEW."display_name") OR OLD."for_demo" IS DISTINCT FROM (NEW."for_demo") OR OLD."home_id" IS DISTINCT FROM (NEW."home_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."must_change_password" IS DISTINCT FROM (NEW."must_change_password") OR OLD."username" IS DISTINCT FROM (NEW."username") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid"))',
                    func='INSERT INTO "access_userevent" ("created_at", "display_name", "for_demo", "home_id", "id", "is_active", "must_change_password", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "username", "uuid") VALUES (NEW."created_at", NEW."display_name", NEW."for_demo", NEW."home_id", NEW."id", NEW."is_active", NEW."must_change_password", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."username", NEW."uuid"); RETURN NULL;',
                    hash="0b34c5e758da67076cb74df4aae5d7c67eea5e37",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5efde",
                    table="access_user",
                    when="AFTER",
                ),
            ),
        ),
    ]
