import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

TAKE_RIGHTS = """
DO $$
DECLARE
    who text;
BEGIN
    FOR who IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'ledger_subjectevent'
          AND grantee NOT IN (current_user, 'PUBLIC')
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON ledger_subjectevent FROM %I', who);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Subjects stand for areas, too; from here on every change of a subject is kept."""

    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("ledger", "0002_records_are_append_only"),
        ("org", "0015_areas_and_links"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubjectEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("type", models.CharField(max_length=20)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.person",
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
                        to="ledger.subject",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="subject",
            name="subject_one_standing",
        ),
        migrations.AddField(
            model_name="subject",
            name="area",
            field=models.OneToOneField(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.area"
            ),
        ),
        migrations.AddField(
            model_name="subjectevent",
            name="area",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.area",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="66c720321848bddd51769244df03c1699ba7e9c3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_96334",
                    table="ledger_subjectevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subject",
            trigger=pgtrigger.compiler.Trigger(
                name="same_thing",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."uuid" IS DISTINCT FROM (NEW."uuid") OR OLD."top_id" IS DISTINCT FROM (NEW."top_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."area_id" IS DISTINCT FROM (NEW."area_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="71bc9afd0d618d1c4e3272a9a9f3a52c4d318644",
                    operation="UPDATE",
                    pgid="pgtrigger_same_thing_89c8f",
                    table="ledger_subject",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subject",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "ledger_subjectevent" ("area_id", "code", "id", "label", "node_id", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "type", "uuid", "valid_from", "valid_to") VALUES (NEW."area_id", NEW."code", NEW."id", NEW."label", NEW."node_id", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."top_id", NEW."type", NEW."uuid", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="ba50c9aafddc1f6dbe6333ac02dffe4e3e588b74",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_205b9",
                    table="ledger_subject",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subject",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "ledger_subjectevent" ("area_id", "code", "id", "label", "node_id", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "type", "uuid", "valid_from", "valid_to") VALUES (NEW."area_id", NEW."code", NEW."id", NEW."label", NEW."node_id", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."top_id", NEW."type", NEW."uuid", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="2bd63827c834a8bd32f8aaa5bc1488a39a8f2747",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c9103",
                    table="ledger_subject",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("area__isnull", True),
                        ("node__isnull", True),
                        ("organisation__isnull", True),
                        ("person__isnull", False),
                    ),
                    models.Q(
                        ("area__isnull", True),
                        ("node__isnull", True),
                        ("organisation__isnull", False),
                        ("person__isnull", True),
                    ),
                    models.Q(
                        ("area__isnull", False),
                        ("node__isnull", True),
                        ("organisation__isnull", True),
                        ("person__isnull", True),
                    ),
                    models.Q(
                        ("area__isnull", True),
                        ("node__isnull", False),
                        ("organisation__isnull", True),
                        ("person__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="subject_one_standing",
            ),
        ),
        migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop),
    ]
