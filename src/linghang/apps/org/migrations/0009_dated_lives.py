import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_sealed_second_factor"),
        ("org", "0008_who_a_person_is"),
    ]

    operations = [
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(max_length=12)),
                ("came_from", models.CharField(blank=True, max_length=120)),
                ("went_to", models.CharField(blank=True, max_length=120)),
                ("receipt_number", models.CharField(blank=True, max_length=60)),
                ("reason", models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="PersonClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("code", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("title", models.CharField(max_length=30)),
                ("appointed_by_document", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="RosterSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("standing", models.CharField(blank=True, max_length=20)),
                ("person_class", models.CharField(blank=True, max_length=20)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("elected_on", models.DateField()),
                ("approved_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField()),
                ("extended_to", models.DateField(blank=True, null=True)),
                ("extension_document", models.CharField(blank=True, max_length=80)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="membership",
            name="grant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.rolegrant",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="personclass",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="classes", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="grant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.rolegrant",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="org.person"),
        ),
        migrations.AddField(
            model_name="rosterspan",
            name="branch",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="rosterspan",
            name="group",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="rosterspan",
            name="home",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="rosterspan",
            name="node",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
            ),
        ),
        migrations.AddField(
            model_name="rosterspan",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="spans", to="org.person"),
        ),
        migrations.AddField(
            model_name="rosterspan",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="standings", to="org.person"
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="org.organisation"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="term",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="org.term"
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["organisation", "kind", "valid_from"], name="membership_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True), ("kind__in", ["group", "party", "work"])),
                expressions=[
                    ("person", "="),
                    ("kind", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="membership_one_home_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("person", "="),
                    ("organisation", "="),
                    ("kind", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="membership_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["functional", "group", "party", "study", "work"])),
                name="membership_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="personclass",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("person", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="personclass_one_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="rosterspan",
            index=models.Index(fields=["node", "valid_from"], name="rosterspan_node"),
        ),
        migrations.AddConstraint(
            model_name="rosterspan",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("person", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="rosterspan_one_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("person", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="standing_one_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "activist",
                            "applicant",
                            "democratic",
                            "full_member",
                            "league",
                            "masses",
                            "probationary",
                            "target",
                        ],
                    )
                ),
                name="standing_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                fields=("organisation", "number"),
                name="term_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("elected_on"))), name="term_dates_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extended_to__isnull", True),
                    models.Q(
                        ("extended_to__gt", models.F("ends_on")), models.Q(("extension_document", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="term_extended_with_a_document",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["organisation", "valid_from"], name="post_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("voided_at__isnull", True),
                    (
                        "title__in",
                        [
                            "department_head",
                            "discipline_secretary",
                            "group_leader",
                            "leading_group_secretary",
                            "project_head",
                            "secretary",
                            "team_leader",
                            "unit_head",
                            "workshop_head",
                        ],
                    ),
                ),
                expressions=[
                    ("organisation", "="),
                    ("title", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="post_one_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                expressions=[
                    ("person", "="),
                    ("organisation", "="),
                    ("title", "="),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_to"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="post_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "title__in",
                        [
                            "branch_member",
                            "committee_member",
                            "department_head",
                            "deputy_secretary",
                            "discipline",
                            "discipline_officer",
                            "discipline_secretary",
                            "group_leader",
                            "leading_group_deputy",
                            "leading_group_member",
                            "leading_group_secretary",
                            "organiser",
                            "party_officer",
                            "project_head",
                            "publicity",
                            "secretary",
                            "team_leader",
                            "unit_deputy",
                            "unit_head",
                            "workshop_head",
                            "youth",
                        ],
                    )
                ),
                name="post_known_title",
            ),
        ),
    ]
