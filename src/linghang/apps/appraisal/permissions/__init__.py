"""Who may open which address of this room."""

from linghang.apps.appraisal.permissions import (
    books,
    commitments,
    duty,
    expected,
    objections,
    packs,
    selections,
    statements,
    trials,
)

RULES = (
    *commitments.RULES,
    *books.RULES,
    *duty.RULES,
    *expected.RULES,
    *objections.RULES,
    *packs.RULES,
    *selections.RULES,
    *statements.RULES,
    *trials.RULES,
)

__all__ = ["RULES"]
