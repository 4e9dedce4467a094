"""Who may open which address of this room."""

from linghang.apps.appraisal.permissions import trials

RULES = (*trials.RULES,)

__all__ = ["RULES"]
