import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import linghang.apps.ledger.data.identity


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_demo_accounts"),
        ("ledger", "0004_what_an_entry_counts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("at", models.DateTimeField()),
                ("seed", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("population", models.BigIntegerField()),
                ("filters", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Reported",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("at", models.DateTimeField()),
                ("norm", models.CharField(max_length=60)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="VerificationRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("at", models.DateTimeField()),
                ("passed", models.BooleanField()),
                ("rows", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("files", models.BigIntegerField()),
                ("damages", models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name="draw",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="node",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
            ),
        ),
        migrations.AddField(
            model_name="reported",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reported",
            name="node",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
            ),
        ),
        migrations.AddField(
            model_name="reported",
            name="subject",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.subject"),
        ),
        migrations.AddField(
            model_name="verificationrun",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="verificationrun",
            name="node",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draw",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5808f61f3b0ab7e21621f1cee1e3990eda587e5c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ba102",
                    table="ledger_draw",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draw",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="b54ad9dd86fd25378d3f35e017085feed05d4c90",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_09937",
                    table="ledger_draw",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="reported",
            index=models.Index(fields=["norm", "since", "subject"], name="reported_norm"),
        ),
        migrations.AddConstraint(
            model_name="reported",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="reported_dates_in_order"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reported",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cf89eb4b4b7a79525d93840faa021e0781332c61",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_12df7",
                    table="ledger_reported",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reported",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="b2503a4d1a5a9052ef0d9f0acfbe6613c3b08669",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_802f7",
                    table="ledger_reported",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verificationrun",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cdec2e9de809dd85134c8a9e6dc3cd189335759a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0626a",
                    table="ledger_verificationrun",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verificationrun",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="172f8264c29a2c12c30229e97e473973f2c28a1d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_ca4fd",
                    table="ledger_verificationrun",
                    when="BEFORE",
                ),
            ),
        ),
    ]
