import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# what the app role may still do besides reading and adding, per table; triggers bind the owner, too
TAKE_RIGHTS = """
DO $$
DECLARE
    kept text[];
    who text;
BEGIN
    FOREACH kept SLICE 1 IN ARRAY ARRAY[
        ['ledger_chainentry', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_batch', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_event', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_fact', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_erasure', 'UPDATE, DELETE, TRUNCATE', ''],
        ['ledger_text', 'UPDATE, DELETE, TRUNCATE', 'UPDATE (text, salt)'],
        ['ledger_evidence', 'UPDATE, DELETE, TRUNCATE', 'UPDATE (content, name, sha256, salt)'],
        ['ledger_subject', 'DELETE, TRUNCATE', ''],
        ['ledger_chainhead', 'DELETE, TRUNCATE', ''],
        ['ledger_standingfact', 'UPDATE, TRUNCATE', '']
    ] LOOP
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = kept[1] AND grantee NOT IN (current_user, 'PUBLIC')
        LOOP
            EXECUTE format('REVOKE %s ON %I FROM %I', kept[2], kept[1], who);
            IF kept[3] <> '' THEN
                EXECUTE format('GRANT %s ON %I TO %I', kept[3], kept[1], who);
            END IF;
        END LOOP;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """What records refer to, and that they are added, never changed: the app role has no right to, triggers bind the
    owner, too, and words beside records can only be erased."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("ledger", "0001_records"),
    ]

    operations = [
        migrations.AddField(
            model_name="fact",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="facts",
                to="ledger.batch",
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="confirmed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="ledger.chainentry",
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="facts",
                to="ledger.event",
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="home",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.scopenode",
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="node",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="recorded_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="reverses",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversal", to="ledger.fact"
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="top",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scopenode"
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="subject",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("page", "import", "system"))), name="batch_known_kind"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7b59476e6e7567a620ddb6e2bbe404ec5cb72d89",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_77b38",
                    table="ledger_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="0f94f8b8f2d15092b42b12e936d5edfe4a58ff12",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_16cf7",
                    table="ledger_batch",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="chainentry",
            constraint=models.UniqueConstraint(fields=("node", "seq"), name="chainentry_one_per_step"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chainentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3b78ec038cdb4b538c5c42badf12899846ecae82",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_28ba3",
                    table="ledger_chainentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chainentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="65aa264434b5defa9f5a9b594f6a7b5c8b8c10ec",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_9056c",
                    table="ledger_chainentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["node", "-occurred_on"], name="event_place_day"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="952eb006181bdf0fe666def3d6c73c4b3c3a9c1e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b44a2",
                    table="ledger_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="5bc2f422c07afd281d74a173148f63d4d5ca1888",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_b954b",
                    table="ledger_event",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event__isnull", True), ("fact__isnull", False)),
                    models.Q(("event__isnull", False), ("fact__isnull", True)),
                    _connector="OR",
                ),
                name="evidence_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("file", "text", "number", "countersign"))), name="evidence_known_kind"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="d0894b4aa6a9cdd1b3b2818b51daba5f45f1e34b",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_8da98",
                    table="ledger_evidence",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="only_erased",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF NEW.content <> '' OR NEW.name <> '' OR NEW.sha256 <> '' OR NEW.salt <> ''::bytea OR to_jsonb(OLD) - ARRAY['content', 'name', 'sha256', 'salt'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['content', 'name', 'sha256', 'salt'] THEN\n                    RAISE EXCEPTION 'words beside a record can only be erased: %', TG_TABLE_NAME;\n                END IF;\n                RETURN NEW;\n            ",
                    hash="d60e455f85e9c6ba079c5562e570527c2c924c19",
                    operation="UPDATE",
                    pgid="pgtrigger_only_erased_8dcdf",
                    table="ledger_evidence",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="e5b5dc7d35831c66f6f6d414159ae3ccc3d3b227",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_7d6e2",
                    table="ledger_evidence",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("node__isnull", True), ("organisation__isnull", True), ("person__isnull", False)),
                    models.Q(("node__isnull", True), ("organisation__isnull", False), ("person__isnull", True)),
                    models.Q(("node__isnull", False), ("organisation__isnull", True), ("person__isnull", True)),
                    _connector="OR",
                ),
                name="subject_one_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("top", "type", "code"),
                name="subject_code_once",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(fields=["subject", "occurred_on"], name="fact_subject_day"),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(fields=["node", "occurred_on"], name="fact_place_day"),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("home__isnull", False)), fields=["home", "occurred_on"], name="fact_home_day"
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(condition=models.Q(("event__isnull", False)), fields=["event"], name="fact_event"),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(condition=models.Q(("batch__isnull", False)), fields=["batch"], name="fact_batch"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fact",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="35c008a2da62c61966c3e901c0a7ee3ebebd5015",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5c227",
                    table="ledger_fact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fact",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="20d622358efc50c37e48e7f1510ef8e150fde947",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_7247c",
                    table="ledger_fact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fact",
            trigger=pgtrigger.compiler.Trigger(
                name="cancels_exactly_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."reverses_id" IS NOT NULL)',
                    func="\n                    IF NOT EXISTS (SELECT 1 FROM ledger_fact f WHERE f.id = NEW.reverses_id\n                                   AND f.reverses_id IS NULL AND f.subject_id = NEW.subject_id\n                                   AND f.kind = NEW.kind AND f.quantity = NEW.quantity) THEN\n                        RAISE EXCEPTION 'a reversal cancels exactly one fact of its subject that stands';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="608b327400767d5df7e9472a6bc831042d246ed5",
                    operation="INSERT",
                    pgid="pgtrigger_cancels_exactly_one_4b2c7",
                    table="ledger_fact",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="text",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event__isnull", True), ("fact__isnull", False)),
                    models.Q(("event__isnull", False), ("fact__isnull", True)),
                    _connector="OR",
                ),
                name="text_of_one",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="text",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7c50b5b5f78e60b389631cf91e1abe72615cbb7c",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_a9c18",
                    table="ledger_text",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="text",
            trigger=pgtrigger.compiler.Trigger(
                name="only_erased",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF NEW.text <> '' OR NEW.salt <> ''::bytea OR to_jsonb(OLD) - ARRAY['text', 'salt'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['text', 'salt'] THEN\n                    RAISE EXCEPTION 'words beside a record can only be erased: %', TG_TABLE_NAME;\n                END IF;\n                RETURN NEW;\n            ",
                    hash="cd134e64aec473b18b2c98a1661778e63bbe2800",
                    operation="UPDATE",
                    pgid="pgtrigger_only_erased_e8d30",
                    table="ledger_text",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="text",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="e3aa59c26daadf6e5023d59ab07c97ade7929151",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_0432b",
                    table="ledger_text",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("evidence__isnull", True), ("text__isnull", False)),
                    models.Q(("evidence__isnull", False), ("text__isnull", True)),
                    _connector="OR",
                ),
                name="erasure_of_one",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="bdddc5f14fe50496397ed21162cb0195a663565f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d9926",
                    table="ledger_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
                    hash="9fc84b96e0ba0c794bb9f2a91b017691214d9efa",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_25cdc",
                    table="ledger_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(TAKE_RIGHTS, migrations.RunSQL.noop),
    ]
