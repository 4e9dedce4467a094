import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0011_registers"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="PostEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("title", models.CharField(max_length=30)),
                ("appointed_by_document", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TermEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("elected_on", models.DateField()),
                ("approved_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField()),
                ("extended_to", models.DateField(blank=True, null=True)),
                ("extension_document", models.CharField(blank=True, max_length=80)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="postevent",
            name="grant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="access.rolegrant",
            ),
        ),
        migrations.AddField(
            model_name="postevent",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.organisation",
            ),
        ),
        migrations.AddField(
            model_name="postevent",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="postevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="postevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="org.post",
            ),
        ),
        migrations.AddField(
            model_name="postevent",
            name="term",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.term",
            ),
        ),
        migrations.AddField(
            model_name="termevent",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.organisation",
            ),
        ),
        migrations.AddField(
            model_name="termevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="termevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="org.term",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="term",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_termevent" ("approved_on", "elected_on", "ends_on", "extended_to", "extension_document", "id", "number", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "uuid", "voided_at") VALUES (NEW."approved_on", NEW."elected_on", NEW."ends_on", NEW."extended_to", NEW."extension_document", NEW."id", NEW."number", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="115e7b670960309aaabd234f3bcea30343c53fc3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ecb94",
                    table="org_term",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="term",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_termevent" ("approved_on", "elected_on", "ends_on", "extended_to", "extension_document", "id", "number", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "uuid", "voided_at") VALUES (NEW."approved_on", NEW."elected_on", NEW."ends_on", NEW."extended_to", NEW."extension_document", NEW."id", NEW."number", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="5cbbd416b71151c1531e3c1335c92814e95d0c2a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a4575",
                    table="org_term",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="postevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ef769293ac932bba75d4e4ec995e9f98df1373eb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_47465",
                    table="org_postevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="post",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_postevent" ("appointed_by_document", "grant_id", "id", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "term_id", "title", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."appointed_by_document", NEW."grant_id", NEW."id", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."term_id", NEW."title", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="b2a925e4f3685340dd8f82cf1c9e60e5932088c4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0546b",
                    table="org_post",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="post",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_postevent" ("appointed_by_document", "grant_id", "id", "organisation_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "term_id", "title", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."appointed_by_document", NEW."grant_id", NEW."id", NEW."organisation_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."term_id", NEW."title", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="8bd96cda032d15641e3b798962e12a1d69e850e2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4b277",
                    table="org_post",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="termevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="739003ddc6d5497d35ee166872f3d429309631b9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_891b4",
                    table="org_termevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.CreateModel(
            name="MobilityEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("direction", models.CharField(max_length=3)),
                ("place", models.CharField(blank=True, max_length=60)),
                ("contact_branch", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TransferEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("from_text", models.CharField(blank=True, max_length=120)),
                ("to_text", models.CharField(blank=True, max_length=120)),
                ("document_number", models.CharField(blank=True, max_length=60)),
                ("sent_on", models.DateField()),
                ("due_on", models.DateField()),
                ("received_on", models.DateField(blank=True, null=True)),
                ("receipt_number", models.CharField(blank=True, max_length=60)),
                ("cancelled_on", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="mobilityevent",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="mobilityevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="mobilityevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="org.mobility",
            ),
        ),
        migrations.AddField(
            model_name="transferevent",
            name="from_organisation",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.organisation",
            ),
        ),
        migrations.AddField(
            model_name="transferevent",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="transferevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="transferevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="org.transfer",
            ),
        ),
        migrations.AddField(
            model_name="transferevent",
            name="to_organisation",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.organisation",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mobility",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_mobilityevent" ("contact_branch", "direction", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."contact_branch", NEW."direction", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="506d25648607fb388f25cc2473c06f9120cb00b3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e6d20",
                    table="org_mobility",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mobility",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_mobilityevent" ("contact_branch", "direction", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."contact_branch", NEW."direction", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="74e224d31cdd536b151629591769d221751a5a52",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e7136",
                    table="org_mobility",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mobilityevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="917cef90fed64364a3113e67d8715429a6c80b67",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9a8e5",
                    table="org_mobilityevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_transferevent" ("cancelled_on", "document_number", "due_on", "from_organisation_id", "from_text", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receipt_number", "received_on", "sent_on", "to_organisation_id", "to_text", "uuid", "voided_at") VALUES (NEW."cancelled_on", NEW."document_number", NEW."due_on", NEW."from_organisation_id", NEW."from_text", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."receipt_number", NEW."received_on", NEW."sent_on", NEW."to_organisation_id", NEW."to_text", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="dec8c477d5b5198a2f42be614497e54df7938f31",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_67a6c",
                    table="org_transfer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_transferevent" ("cancelled_on", "document_number", "due_on", "from_organisation_id", "from_text", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receipt_number", "received_on", "sent_on", "to_organisation_id", "to_text", "uuid", "voided_at") VALUES (NEW."cancelled_on", NEW."document_number", NEW."due_on", NEW."from_organisation_id", NEW."from_text", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."receipt_number", NEW."received_on", NEW."sent_on", NEW."to_organisation_id", NEW."to_text", NEW."uuid", NEW."voided_at"); RETURN NULL;',
                    hash="ebbbc4e685ed7936254a1b0386cf62a7b4834b0c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d326b",
                    table="org_transfer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transferevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="38592ceb91d5735fe7f8dbc7bf4bb187887dd725",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_cea1a",
                    table="org_transferevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
