import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0007_field_sites_and_study_groups"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="person",
            name="person_id_number_once",
        ),
        migrations.AddField(
            model_name="person",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="born_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="code",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="person",
            name="search_text",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name="person",
            name="voided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="personevent",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="personevent",
            name="born_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="personevent",
            name="code",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="personevent",
            name="voided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["top", "name"], name="person_name"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_personevent" ("aliases", "born_year", "code", "id", "name", "node_id", "numbers_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "user_id", "uuid", "voided_at") VALUES (NEW."aliases", NEW."born_year", NEW."code", NEW."id", NEW."name", NEW."node_id", NEW."numbers_set_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."top_id", NEW."user_id", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="adb2999d65bae4af90a6acd08e29ce9d285c557c",
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
                    condition='WHEN (OLD."aliases" IS DISTINCT FROM (NEW."aliases") OR OLD."born_year" IS DISTINCT FROM (NEW."born_year") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."node_id" IS DISTINCT FROM (NEW."node_id") OR OLD."numbers_set_at" IS DISTINCT FROM (NEW."numbers_set_at") OR OLD."top_id" IS DISTINCT FROM (NEW."top_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid") OR OLD."voided_at" IS DISTINCT FROM (NEW."voided_at"))',
                    func='INSERT INTO "org_personevent" ("aliases", "born_year", "code", "id", "name", "node_id", "numbers_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "user_id", "uuid", "voided_at") VALUES (NEW."aliases", NEW."born_year", NEW."code", NEW."id", NEW."name", NEW."node_id", NEW."numbers_set_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."top_id", NEW."user_id", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="7b73f6661dc9db98efd5972e73058a34aeb0d02f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_673e0",
                    table="org_person",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("id_number_lookup", ""), _negated=True), ("voided_at__isnull", True)),
                fields=("top", "id_number_lookup"),
                name="person_id_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("code", ""), _negated=True), ("voided_at__isnull", True)),
                fields=("top", "code"),
                name="person_code_once",
            ),
        ),
    ]
