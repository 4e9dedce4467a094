"""Who of a roster has an account: figures by branch, never whether anybody has signed in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from linghang.apps.org.models import RosterSpan
from linghang.apps.org.queries.dated import covers


@dataclass(frozen=True)
class BranchAccounts:
    """How many people belong to a branch or unit, and how many of them have no account."""

    uuid: UUID
    name: str
    people: int
    without: int


def accounts_by_branch(*, on: date) -> list[BranchAccounts]:
    """Every home inside the open scope with its people, in the order of the tree."""
    rows = (
        RosterSpan.objects.filter(covers(on))
        .values("home__uuid", "home__name", "node__path")
        .annotate(people=Count("pk"), without=Count("pk", filter=Q(person__user__isnull=True)))
        .order_by("node__path", "home__name")
    )
    return [BranchAccounts(r["home__uuid"], r["home__name"], r["people"], r["without"]) for r in rows]
