import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0014_findables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="areas", to="org.organisation"
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
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("category", models.CharField(max_length=20)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="categories", to="org.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=400)),
                (
                    "left_node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
                (
                    "left_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="org.organisation",
                    ),
                ),
                (
                    "left_person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="links", to="org.person"
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
                    ),
                ),
                (
                    "right_area",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="linked", to="org.area"
                    ),
                ),
                (
                    "right_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="linked",
                        to="org.organisation",
                    ),
                ),
                (
                    "right_person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="linked", to="org.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("happened_on", models.DateField()),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="successors", to="org.organisation"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="predecessors", to="org.organisation"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="area",
            index=models.Index(fields=["node", "kind"], name="area_of_node"),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["feature", "post", "task", "zone"])), name="area_known_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="area_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("code", ""), _negated=True), ("voided_at__isnull", True)),
                fields=("top", "kind", "code"),
                name="area_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "category__in",
                        [
                            "auxiliary",
                            "construction",
                            "field",
                            "mining",
                            "office",
                            "production",
                            "research",
                            "retired",
                            "service",
                        ],
                    )
                ),
                name="category_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="category_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("organisation", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="category_one_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["node", "kind"], name="link_of_node"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["right_area", "kind"], name="link_of_area"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["right_organisation", "kind"], name="link_of_organisation"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["left_person", "kind"], name="link_of_person"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["left_organisation", "kind"], name="link_from_organisation"),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="link_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_organisation__isnull", True), ("left_person__isnull", False)),
                    models.Q(("left_organisation__isnull", False), ("left_person__isnull", True)),
                    _connector="OR",
                ),
                name="link_one_left_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("right_area__isnull", True),
                        ("right_organisation__isnull", True),
                        ("right_person__isnull", False),
                    ),
                    models.Q(
                        ("right_area__isnull", True),
                        ("right_organisation__isnull", False),
                        ("right_person__isnull", True),
                    ),
                    models.Q(
                        ("right_area__isnull", False),
                        ("right_organisation__isnull", True),
                        ("right_person__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="link_one_right_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("kind", "="),
                    ("left_person", "="),
                    ("right_person", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="link_once_a_day_pp",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("kind", "="),
                    ("left_person", "="),
                    ("right_organisation", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="link_once_a_day_po",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("kind", "="),
                    ("left_person", "="),
                    ("right_area", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="link_once_a_day_pa",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("kind", "="),
                    ("left_organisation", "="),
                    ("right_person", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="link_once_a_day_op",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("kind", "="),
                    ("left_organisation", "="),
                    ("right_organisation", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="link_once_a_day_oo",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("kind", "="),
                    ("left_organisation", "="),
                    ("right_area", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="link_once_a_day_oa",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["merge", "split"])), name="succession_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                fields=("predecessor", "successor", "happened_on"), name="succession_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="40e03c62f3512c730ce26e3605b0f4a39e7455aa",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1ad4a",
                    table="org_succession",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
                    hash="248397108c0a9c9a5bbebd1d50a7ecf127755930",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_7fba7",
                    table="org_succession",
                    when="BEFORE",
                ),
            ),
        ),
    ]
