"""Doing what rows ask for and taking all of it back: every refusal of an operation becomes a problem of its row.

So a preview knows exactly what writing would refuse, and no rule stands in two places.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.db import transaction

from linghang.apps.exchange.kinds import Row
from linghang.ui.web.errors import DomainError

T = TypeVar("T")


def rehearse(
    entries: Iterable[T], act: Callable[[T], object], row_of: Callable[[T], Row], columns: Mapping[str, str]
) -> list[T]:
    """The entries that can be done, in their order. `columns`: field of a refusal → column where it belongs."""
    good: list[T] = []
    with transaction.atomic():
        for entry in entries:
            try:
                with transaction.atomic():
                    act(entry)
            except DomainError as refused:
                column = columns.get(refused.field or "", columns.get("", ""))
                row_of(entry).wrong(column, refused.code.replace("_", "-"), str(refused.message))
            else:
                good.append(entry)
        transaction.set_rollback(True)
    return good
