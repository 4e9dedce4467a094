"""What is allowed in which state; who may do it is in `permissions`."""

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from linghang.apps.access.data import ROLES, Role

SLIP_LIFETIME = timedelta(days=14)
BACKUP_CODES = 8


def wait_after(failures: int) -> int:
    """Seconds until the next one-time password is looked at: 1, 2, 4 … after each wrong one, at most a quarter hour."""
    return min(2 ** (failures - 1), 900) if failures > 0 else 0


def normal_username(typed: str) -> str:
    """One spelling of a user name: capitals, full-width letters and digits, and spaces at the ends do not matter."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def may_grant(roles: Iterable[str], role: str) -> bool:
    """Whether a holder of `roles` may hand out and end `role`; where he may is the question of scope."""
    info = ROLES.get(role)
    return info is not None and any(Role(held) in info.granted_by for held in roles)


def grantable(roles: Iterable[str]) -> list[Role]:
    """The roles that a holder of `roles` may hand out, in the order of the table."""
    held = set(roles)
    return [info.role for info in ROLES.values() if may_grant(held, info.role)]


def grant_state(since: date, until: date | None, on: date) -> str:
    """`later`, `now` or `past`, seen from a day; both ends count as held."""
    if on < since:
        return "later"
    return "past" if until is not None and until < on else "now"
