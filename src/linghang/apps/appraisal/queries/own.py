"""Whose points are asked for: the newest month of an account, and how a person is named and logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Statement
from linghang.apps.org.queries import get_person
from linghang.engine.periods import Month
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class Newest:
    """The newest month that was settled for a person."""

    subject: UUID
    scheme: str
    month: Month


@dataclass(frozen=True)
class Shown:
    """A month of a person that is in 公示 until the end of a day."""

    subject: UUID
    scheme: str
    month: Month
    until: date


@dataclass(frozen=True)
class Whose:
    """A person as the page names him, and the uuid under which he finds who looked."""

    name: str
    code: str
    logged_as: UUID


def newest_of_user(user: UUID) -> Newest | None:
    """The newest settled month of the account's person."""
    found = Statement.objects.filter(person__user__uuid=user).order_by("-month", "scheme")
    row = found.values_list("subject", "scheme", "month").first()
    return Newest(row[0], row[1], Month.from_index(row[2])) if row else None


def shown_of_user(user: UUID, *, on: date) -> list[Shown]:
    """What of the account's person is in 公示 on a day, the earliest month first."""
    rows = kept_rows(_shown, on, given=(user,), one_plan=True)
    return [Shown(subject, scheme, Month.from_index(month), until) for subject, scheme, month, until in rows if until]


def _shown(on: date, user: Sequence[UUID]) -> QuerySet[Statement, Any]:
    public = {"book__state": BookState.PUBLIC, "book__public_until__gte": on}
    found = Statement.objects.filter(person__user__uuid=user[0], **public).order_by("month", "scheme")
    return found.values_list("subject", "scheme", "month", "book__public_until")


def newest_of(subject: UUID) -> Newest | None:
    """The newest settled month of a person that lies inside the open scope."""
    row = Statement.objects.filter(subject=subject).order_by("-month", "scheme").first()
    return Newest(row.subject, row.scheme, Month.from_index(row.month)) if row else None


def whose(subject: UUID, *, of_group: bool = False) -> Whose:
    """A person of whom something lies inside the open scope: a month here, also of one who has left, or his file.

    `of_group`: the viewer leads his party group, whose place lies below the branch's.
    """
    row = Statement.objects.select_related("person__user").filter(subject=subject, person__isnull=False).first()
    if of_group:
        with system_scope(reason="a group leader's page names the members of his own group"):
            person = get_person(subject)
    else:
        person = row.person if row and row.person else get_person(subject)
    return Whose(person.name, person.code, person.user.uuid if person.user else person.uuid)
