import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0019_lists_in_one_table"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.CharField(max_length=200)),
                ("effects", models.JSONField(default=list)),
                ("carried", models.JSONField(default=dict)),
                ("merged_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PersonMergeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("reason", models.CharField(max_length=200)),
                ("effects", models.JSONField(default=list)),
                ("carried", models.JSONField(default=dict)),
                ("merged_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("title", models.CharField(max_length=120)),
                ("chapter", models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="ReadingEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("title", models.CharField(max_length=120)),
                ("chapter", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="mobility",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="mobility",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="mobility",
            name="mobility_direction",
        ),
        migrations.AddField(
            model_name="mobility",
            name="expected_back",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="mobilityevent",
            name="expected_back",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="mobility",
            name="direction",
            field=models.CharField(max_length=6),
        ),
        migrations.AlterField(
            model_name="mobilityevent",
            name="direction",
            field=models.CharField(max_length=6),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mobility",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_mobilityevent" ("contact_branch", "direction", "expected_back", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."contact_branch", NEW."direction", NEW."expected_back", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="198e08721d2ed29579b804d4dbdff02eba4efe67",
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
                    func='INSERT INTO "org_mobilityevent" ("contact_branch", "direction", "expected_back", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."contact_branch", NEW."direction", NEW."expected_back", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="39f9af953af0eab42908822d8f671f107ea4ab8a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e7136",
                    table="org_mobility",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="mobility",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["abroad", "in", "out"])), name="mobility_direction"
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="gone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merged_into", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="merged_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="personmergeevent",
            name="gone",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="personmergeevent",
            name="kept",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="personmergeevent",
            name="merged_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="personmergeevent",
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
            model_name="personmergeevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="org.personmerge",
            ),
        ),
        migrations.AddField(
            model_name="personmergeevent",
            name="undone_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="readingevent",
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
            model_name="readingevent",
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
            model_name="readingevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="org.reading",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("gone")), _negated=True), name="personmerge_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("gone",), name="personmerge_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_personmergeevent" ("carried", "effects", "gone_id", "id", "kept_id", "merged_at", "merged_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "undone_at", "undone_by_id", "uuid") VALUES (NEW."carried", NEW."effects", NEW."gone_id", NEW."id", NEW."kept_id", NEW."merged_at", NEW."merged_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."undone_at", NEW."undone_by_id", NEW."uuid"); RETURN NULL;',
                    hash="9fc3050f5604a60e0e38bf34b689e559aac4cf68",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6e668",
                    table="org_personmerge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_personmergeevent" ("carried", "effects", "gone_id", "id", "kept_id", "merged_at", "merged_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "undone_at", "undone_by_id", "uuid") VALUES (NEW."carried", NEW."effects", NEW."gone_id", NEW."id", NEW."kept_id", NEW."merged_at", NEW."merged_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."undone_at", NEW."undone_by_id", NEW."uuid"); RETURN NULL;',
                    hash="0024d3018faffbee85e4284ead23934335d7604c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8af97",
                    table="org_personmerge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="personmergeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="14bd0886c9f90db530940fa473c246a880ef6d69",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f0d66",
                    table="org_personmergeevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="reading_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True), ("valid_to__isnull", True)),
                fields=("organisation", "title", "chapter"),
                name="reading_once_on_the_list",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reading",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "org_readingevent" ("chapter", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."chapter", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="b8c547bdc103e41d546155a9e3783d4b6e9f394c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1fff2",
                    table="org_reading",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reading",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "org_readingevent" ("chapter", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "uuid", "valid_from", "valid_to", "voided_at") VALUES (NEW."chapter", NEW."id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title", NEW."uuid", NEW."valid_from", NEW."valid_to", NEW."voided_at"); RETURN NULL;',
                    hash="d75466f241f887926ef54c9146f57260d474745d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3c0c7",
                    table="org_reading",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readingevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="35a5caa3946ad08d11b40d80ea34973bdd2180c9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b73d7",
                    table="org_readingevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
