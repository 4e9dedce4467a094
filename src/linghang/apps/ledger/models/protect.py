"""Triggers of tables to which rows are only added; they bind the owner, too."""

import pgtrigger


def never_emptied() -> pgtrigger.Trigger:
    """Refuse TRUNCATE."""
    return pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the ledger is append-only: % is never emptied', TG_TABLE_NAME;",
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete), never_emptied()]
