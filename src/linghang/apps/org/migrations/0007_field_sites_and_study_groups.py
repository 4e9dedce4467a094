from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0006_nothing_with_a_history_is_deleted"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="organisation",
            name="organisation_known_kind",
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "branch",
                            "department",
                            "discipline_commission",
                            "field_site",
                            "general_branch",
                            "joint_branch",
                            "leading_group",
                            "organ_committee",
                            "organ_discipline",
                            "party_committee",
                            "party_team",
                            "project",
                            "project_branch",
                            "stationed_discipline",
                            "study_group",
                            "team",
                            "temporary_branch",
                            "unit",
                            "working_committee",
                            "workshop",
                        ],
                    )
                ),
                name="organisation_known_kind",
            ),
        ),
    ]
