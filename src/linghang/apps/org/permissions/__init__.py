"""Who may open which address of this room."""

from linghang.apps.org.permissions import links, organisations, people
from linghang.apps.org.permissions.organisations import READERS

RULES = (*organisations.RULES, *links.RULES, *people.RULES)

__all__ = ["READERS", "RULES"]
