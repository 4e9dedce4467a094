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
    uses,
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
    *uses.RULES,
)

__all__ = ["RULES"]
