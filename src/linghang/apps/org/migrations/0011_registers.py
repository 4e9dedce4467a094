import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0010_history_of_dated_lives"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("checked_on", models.DateField()),
                ("method", models.CharField(max_length=12)),
                ("outcome", models.CharField(max_length=10)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Mobility",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("direction", models.CharField(max_length=3)),
                ("place", models.CharField(blank=True, max_length=60)),
                ("contact_branch", models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
        ),
        migrations.AddField(
            model_name="contactcheck",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contactcheck",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="contact_checks", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="mobility",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mobility", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="from_organisation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="to_organisation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.organisation"
            ),
        ),
        migrations.AddIndex(
            model_name="contactcheck",
            index=models.Index(fields=["person", "-checked_on"], name="contactcheck_last"),
        ),
        migrations.AddConstraint(
            model_name="contactcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["confirmed", "failed"])), name="contactcheck_outcome"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["self", "phone", "visit", "message"])), name="contactcheck_method"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactcheck",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e0bf5bd7ad4013583c340d4f89dcce72fed5b683",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_98eec",
                    table="org_contactcheck",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactcheck",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'contact checks are never emptied';",
                    hash="59b226df6b0c1d6a14d5e3f6c6969c3424cf1b74",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_b7f18",
                    table="org_contactcheck",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="mobility",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["in", "out"])), name="mobility_direction"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("cancelled_on__isnull", True), ("received_on__isnull", True), ("voided_at__isnull", True)
                ),
                fields=("person",),
                name="transfer_one_on_the_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_organisation__isnull", False), models.Q(("to_text", ""), _negated=True), _connector="OR"
                ),
                name="transfer_goes_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_on__isnull", True), ("received_on__gte", models.F("sent_on")), _connector="OR"
                ),
                name="transfer_dates_in_order",
            ),
        ),
    ]
