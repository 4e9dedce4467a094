import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linghang.apps.ledger.data.identity


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0006_nothing_with_a_history_is_deleted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                (
                    "node",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.scopenode",
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("mac", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("kind", models.CharField(max_length=60)),
                ("occurred_on", models.DateField()),
                ("quantity", models.BigIntegerField()),
                ("attributes", models.JSONField(default=dict)),
                ("role", models.CharField(blank=True, max_length=40)),
                ("sequence", models.IntegerField(default=0)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(blank=True, max_length=120)),
                ("reason_code", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(max_length=32)),
                ("leaf", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("kind", models.CharField(max_length=10)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("made_at", models.DateTimeField()),
                ("import_uuid", models.UUIDField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChainEntry",
            fields=[
                (
                    "uuid",
                    models.UUIDField(
                        default=linghang.apps.ledger.data.identity.new_uuid,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("previous", models.BinaryField(max_length=32)),
                ("mac", models.BinaryField(max_length=32)),
                ("leaves", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "node",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("kind", models.CharField(max_length=60)),
                ("occurred_on", models.DateField()),
                ("number", models.CharField(blank=True, max_length=60)),
                ("tags", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
                ("leaf", models.BinaryField(max_length=32)),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.chainentry",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "top",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StandingFact",
            fields=[
                (
                    "fact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="ledger.fact",
                    ),
                ),
                ("slot", models.UUIDField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("salt", models.BinaryField(max_length=16)),
                ("digest", models.BinaryField(max_length=32)),
                ("added_at", models.DateTimeField()),
                ("leaf", models.BinaryField(max_length=32)),
                ("kind", models.CharField(max_length=12)),
                ("content", models.CharField(blank=True, max_length=300)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.BigIntegerField(default=0)),
                ("media_type", models.CharField(blank=True, max_length=80)),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.chainentry",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="ledger.event",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "fact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="ledger.fact",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("type", models.CharField(max_length=20)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.organisation",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
                (
                    "top",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Text",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("salt", models.BinaryField(max_length=16)),
                ("digest", models.BinaryField(max_length=32)),
                ("added_at", models.DateTimeField()),
                ("leaf", models.BinaryField(max_length=32)),
                ("field", models.CharField(max_length=30)),
                ("text", models.TextField()),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.chainentry",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="ledger.event",
                    ),
                ),
                (
                    "fact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="ledger.fact",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(default=linghang.apps.ledger.data.identity.new_uuid, editable=False, unique=True),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=200)),
                ("leaf", models.BinaryField(max_length=32)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.chainentry",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.scopenode",
                    ),
                ),
                (
                    "evidence",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure",
                        to="ledger.evidence",
                    ),
                ),
                (
                    "text",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="erasure", to="ledger.text"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "branch",
                            "committee",
                            "idea",
                            "link",
                            "member",
                            "party-group",
                            "post",
                            "project",
                            "study-group",
                            "task",
                            "team",
                            "unit",
                            "zone",
                        ],
                    )
                ),
                name="subject_known_type",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_to__isnull", True),
                    ("valid_to__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="subject_dates_in_order",
            ),
        ),
    ]
