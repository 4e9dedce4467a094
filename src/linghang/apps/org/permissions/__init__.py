"""Who may open which address of this room."""

from linghang.apps.org.permissions import organisations
from linghang.apps.org.permissions.organisations import READERS

RULES = organisations.RULES

__all__ = ["READERS", "RULES"]
