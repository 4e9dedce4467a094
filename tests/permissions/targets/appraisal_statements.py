from typing import Any

from linghang.apps.appraisal.models import Adjustment, Statement
from linghang.ui.web.scope import system_scope
from tests.permissions.targets.appraisal_books import FEBRUARY, SCHEME
from tests.permissions.targets.appraisal_books import _statement as _bare
from tests.permissions.targets.cell import Cell, Maker


def _statement(cell: Cell) -> Statement:
    """February of the owner of the cell, with the roster's row that its settlement read."""
    row = _bare(cell)
    row.basis = {
        "name": "王×", "organisation": str(cell.place.uuid), "type": "full_member", "class": "",
        "active": ["2020-01-01", None], "exempt": [], "closed": [FEBRUARY.index - 1, FEBRUARY.index],
    }  # fmt: skip
    row.save()
    return row


def _month(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        return {"subject": _statement(cell).subject, "scheme": SCHEME, "month": FEBRUARY}


def _year(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        return {"subject": _statement(cell).subject, "scheme": SCHEME, "year": FEBRUARY.year}


def _quarter(cell: Cell) -> dict[str, Any]:
    return _year(cell) | {"quarter": 1}


def _subject(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        return {"subject": _statement(cell).subject}


def _adjustment(cell: Cell) -> dict[str, Any]:
    """Something of February that was booked at once."""
    with system_scope(reason="test"):
        row = _statement(cell)
        late = Adjustment.objects.create(
            subject=row.subject, person=row.person, scheme=SCHEME, month=row.month, booked=row.month, counted=200,
            book=row.book, node_id=row.node_id, run=row.run,
        )  # fmt: skip
        return {"uuid": late.uuid}


def _book(cell: Cell) -> dict[str, Any] | None:
    """The book of a month that was settled for somebody."""
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        return {"uuid": _statement(cell).book.uuid}


OBJECTS: dict[str, Maker] = {
    **dict.fromkeys(["appraisal:statement", "appraisal:statement-export", "appraisal:statement-pdf"], _month),
    **dict.fromkeys(["appraisal:year", "appraisal:year-export", "appraisal:year-pdf"], _year),
    "appraisal:quarter": _quarter,
    "appraisal:adjustment": _adjustment,
    "appraisal:sight-reason": _subject,
    "appraisal:recalculation": _book,
}
DATA: dict[str, Maker] = {"appraisal:sight-reason": lambda _cell: {"reason": "核对公示中的异议"}}
