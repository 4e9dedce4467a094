"""Who may open which address of this room."""

from linghang.apps.appraisal.permissions import duty, objections, selections, statements, trials

RULES = (
    *duty.RULES,
    *objections.RULES,
    *selections.RULES,
    *statements.RULES,
    *trials.RULES,
)

__all__ = ["RULES"]
