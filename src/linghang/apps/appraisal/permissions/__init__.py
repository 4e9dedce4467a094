"""Who may open which address of this room."""

from linghang.apps.appraisal.permissions import objections, trials

RULES = (
    *objections.RULES,
    *trials.RULES,
)

__all__ = ["RULES"]
