"""Who may open which address of this room."""

from linghang.apps.appraisal.permissions import commitments, duty, expected, objections, selections, statements, trials

RULES = (
    *commitments.RULES,
    *books.RULES,
    *duty.RULES,
    *expected.RULES,
    *objections.RULES,
    *selections.RULES,
    *statements.RULES,
    *trials.RULES,
)

__all__ = ["RULES"]
