import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0015_areas_and_links"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="AreaEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(max_length=10)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("duties", models.CharField(blank=True, max_length=400)),
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
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.organisation",
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
                        to="org.area",
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
        migrations.CreateModel(
            name="CategoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("category", models.CharField(max_length=20)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.organisation",
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
                        to="org.category",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LinkEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=400)),
                (
                    "left_node",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "left_organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.organisation",
                    ),
                ),
                (
                    "left_person",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.person",
                    ),
                ),
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
                        to="org.link",
                    ),
                ),
                (
                    "right_area",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.area",
                    ),
                ),
                (
                    "right_organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.organisation",
                    ),
                ),
                (
                    "right_person",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="org.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="area",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_areaevent" ("code", "duties", "id", "kind", "name", "node_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."code", NEW."duties", NEW."id", NEW."kind", NEW."name", NEW."node_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."top_id", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="9b64ccb16b62c34012138d291056daf4076f2758",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c25d6",
                    table="org_area",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="area",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_areaevent" ("code", "duties", "id", "kind", "name", "node_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "top_id", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."code", NEW."duties", NEW."id", NEW."kind", NEW."name", NEW."node_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."top_id", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="cd2bb234592f92dc3fa3f51176d75246f5b42b56",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4a4e1",
                    table="org_area",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="areaevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c0f4714bc0555872d106bf3da131fdb5c8faff30",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c787e",
                    table="org_areaevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_categoryevent" ("category", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."category", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="48b34c468aa83947d71cf97adda4af22676025c3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5c76c",
                    table="org_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_categoryevent" ("category", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."category", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="d33bd6d30beeb2970366cd99d4ec1575a8326ace",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6c115",
                    table="org_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categoryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f187e18178e2f3bc560d47db38c82c80a823ef2f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0bfdb",
                    table="org_categoryevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="link",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_linkevent" ("id", "kind", "left_node_id", "left_organisation_id", "left_person_id", "node_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "right_area_id", "right_organisation_id", "right_person_id", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."id", NEW."kind", NEW."left_node_id", NEW."left_organisation_id", NEW."left_person_id", NEW."node_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."right_area_id", NEW."right_organisation_id", NEW."right_person_id", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="6cbac7e3c031f27a1cd748f2e480bdda3044380c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_bd1f1",
                    table="org_link",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="link",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_linkevent" ("id", "kind", "left_node_id", "left_organisation_id", "left_person_id", "node_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "right_area_id", "right_organisation_id", "right_person_id", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."id", NEW."kind", NEW."left_node_id", NEW."left_organisation_id", NEW."left_person_id", NEW."node_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."right_area_id", NEW."right_organisation_id", NEW."right_person_id", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="577a422a4df5c371095dd85204052c17444b1243",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d7e88",
                    table="org_link",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="linkevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="31e38e6bff9fca4715c07c4c43e42959e4403f6d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b8d60",
                    table="org_linkevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
