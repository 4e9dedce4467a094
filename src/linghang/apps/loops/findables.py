"""Cases in the index of finding. Their titles are shown there, so each kind goes under the address of its readers."""

from collections.abc import Iterable, Iterator

from linghang.apps.loops.models import Case
from linghang.apps.loops.permissions import BROAD, NARROW
from linghang.apps.org.search.data import FindableRow
from linghang.apps.org.search.operations import drop_findables, put_findables

COMMON, PERSONAL = "case", "personal-case"


def put_case(row: Case) -> None:
    """Write a case into the index, in the transaction that wrote the case; confidential ones are found nowhere."""
    found = findable(row)
    if found is not None:
        put_findables([found])


def drop_case(row: Case) -> None:
    """Take a case out of the index: its words were erased."""
    for kind in (COMMON, PERSONAL):
        drop_findables(kind, [row.uuid])


def findable(row: Case) -> FindableRow | None:
    """The row of the index: under the address whose posts are all readers of this case, and for its own people."""
    kind = kind_for(row.readers)
    if kind is None or row.confidential:
        return None
    return FindableRow(
        kind=kind,
        uuid=row.uuid,
        node=row.node_id,
        title=row.title,
        line=row.number,
        also=(row.number,),
        readers=tuple(row.parties),
        day=row.opened_on,
    )


def kind_for(readers: Iterable[str]) -> str | None:
    """Which of the two addresses opens no more than the readers of a case; None when neither does."""
    held = set(readers)
    if held >= BROAD:
        return COMMON
    return PERSONAL if held >= NARROW else None


def _all(kind: str) -> Iterator[FindableRow]:
    for row in Case.objects.filter(confidential=False).order_by("pk").iterator(chunk_size=2000):
        found = findable(row)
        if found is not None and found.kind == kind:
            yield found


def common_cases() -> Iterator[FindableRow]:
    return _all(COMMON)


def personal_cases() -> Iterator[FindableRow]:
    return _all(PERSONAL)
