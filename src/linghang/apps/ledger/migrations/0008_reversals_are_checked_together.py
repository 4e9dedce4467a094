import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """Row by row, undoing an import of a hundred thousand asked as many questions."""

    dependencies = [
        ("ledger", "0007_inspection_is_append_only"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="fact",
            name="cancels_exactly_one",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fact",
            trigger=pgtrigger.compiler.Trigger(
                name="cancels_exactly_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (SELECT 1 FROM fresh n WHERE n.reverses_id IS NOT NULL AND (\n                                   SELECT TRUE FROM ledger_fact f WHERE f.id = n.reverses_id\n                                   AND f.reverses_id IS NULL AND f.subject_id = n.subject_id\n                                   AND f.kind = n.kind AND f.quantity = n.quantity) IS NULL) THEN\n                        RAISE EXCEPTION 'a reversal cancels exactly one fact of its subject that stands';\n                    END IF;\n                    RETURN NULL;\n                ",
                    hash="5e8316f6dd59f4cf618da0bd26366815cef28816",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_cancels_exactly_one_4b2c7",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="ledger_fact",
                    when="AFTER",
                ),
            ),
        ),
    ]
