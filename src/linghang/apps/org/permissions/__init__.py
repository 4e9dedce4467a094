"""Who may open which address of this room."""

from linghang.apps.org.permissions import accounts, links, organisations, people
from linghang.apps.org.permissions.organisations import READERS

RULES = (*organisations.RULES, *links.RULES, *people.RULES, *accounts.RULES)

__all__ = ["READERS", "RULES"]
