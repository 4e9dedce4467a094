from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from linghang.apps.access.tests.world import NOW, TODAY
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Binding, Book, DutySheet, Objection, PackVersion, Run, Statement
from linghang.apps.loops.models import Case
from linghang.apps.loops.operations import open_case
from linghang.apps.org.data import KINDS
from linghang.apps.org.models import Organisation, Person
from linghang.apps.org.operations import add_person
from linghang.apps.org.tests.world import make_organisation
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker

SCHEME, FEBRUARY = "member-points", Month(2026, 2)


def _book(cell: Cell, state: str) -> Book:
    """February of the example scheme at the place of the cell."""
    version = PackVersion.objects.get(owner=None, pack="example-4x-points")
    node = cell.place.node.key
    binding = Binding.objects.create(
        node_id=node, version=version, scheme=SCHEME, since=Month(2026, 1).index, offered_at=NOW, confirmed_at=NOW
    )
    run = Run.objects.create(
        kind="month", node_id=node, version=version, scheme=SCHEME, month=FEBRUARY.index, watermark={},
        engine="reference", versions={}, result_hash=uuid4().hex * 2, subjects=0, at=NOW,
    )  # fmt: skip
    return Book.objects.create(
        binding=binding,
        scheme=SCHEME,
        month=FEBRUARY.index,
        place_id=Organisation.objects.get(uuid=cell.place.uuid).pk,
        node_id=node,
        state=state,
        run=run,
        public_from=TODAY,
        public_until=TODAY + timedelta(days=3),
    )


def _made(state: str) -> Maker:
    def make(cell: Cell) -> dict[str, Any]:
        with system_scope(reason="test"):
            return {"uuid": _book(cell, state).uuid}

    return make


def _statement(cell: Cell) -> Statement:
    """February of the owner of the cell, shown to his branch."""
    book = _book(cell, BookState.PUBLIC)
    person = Person.objects.get(
        uuid=add_person(name="王×", organisation=cell.place.uuid, user=cell.owner.uuid, actor=SYSTEM)
    )
    return Statement.objects.create(
        subject=person.uuid, person=person, scheme=SCHEME, month=book.month, book=book, node_id=book.node_id,
        run=book.run, state="complete", priced=8000, counted=8000,
    )  # fmt: skip


def _line(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        return {"uuid": _statement(cell).uuid, "line": "all"}


def _objection(cell: Cell) -> dict[str, Any]:
    """An objection as the owner of the cell would have raised it himself."""
    with system_scope(reason="test"):
        statement = _statement(cell)
        opened = open_case(
            kind="objection",
            title="积分异议",
            node=cell.place.node.uuid,
            subject=statement.subject,
            actor=SYSTEM,
            now=NOW,
        )
        Case.objects.filter(uuid=opened.uuid).update(reporter=cell.owner, parties=[cell.owner.uuid])
        row = Objection.objects.create(
            case=Case.objects.get(uuid=opened.uuid), book=statement.book, node_id=statement.node_id,
            subject=statement.subject, person=statement.person, line="all", run=statement.run,
            made_by=cell.owner, made_on=TODAY,
        )  # fmt: skip
        return {"uuid": row.uuid}


def _branch(cell: Cell) -> UUID:
    """The branch at the place of the cell, or a new one below it."""
    with system_scope(reason="test"):
        if KINDS[Organisation.objects.get(uuid=cell.place.uuid).kind].members:
            return cell.place.uuid
        return make_organisation("branch", "工作单党支部", cell.place, code=f"D{uuid4().hex[:6]}").uuid


def _duty(cell: Cell) -> dict[str, Any]:
    return {"uuid": _branch(cell), "month": "2026-02"}


def _sent(cell: Cell) -> dict[str, Any]:
    """A sheet that the owner of the cell sent."""
    arguments = _duty(cell)
    with system_scope(reason="test"):
        place = Organisation.objects.get(uuid=arguments["uuid"])
        DutySheet.objects.create(
            place=place, node_id=place.node_id, month=FEBRUARY.index, version=1, content={"lines": [], "note": ""},
            due_on=TODAY, sent_by=cell.owner, sent_at=NOW, sent_on=TODAY,
        )  # fmt: skip
    return arguments


def _without_object(**data: Any) -> Maker:
    def make(cell: Cell) -> dict[str, Any] | None:
        return dict(data) if cell.name in ("self", "former", "transferred") else None

    return make


OBJECTS: dict[str, Maker] = {
    "appraisal:book": _made(BookState.SETTLED),
    "appraisal:book-step": _made(BookState.RECORDING),
    "appraisal:book-reason": _made(BookState.SETTLED),
    "appraisal:book-export": _made(BookState.SETTLED),
    "appraisal:book-sheet": _made(BookState.SETTLED),
    "appraisal:public": _made(BookState.PUBLIC),
    "appraisal:duty": _duty,
    "appraisal:duty-send": _duty,
    "appraisal:duty-judge": _sent,
    "appraisal:object": _line,
    "appraisal:objection": _objection,
    "appraisal:objection-step": _objection,
    "appraisal:objection-uphold": _objection,
}
DATA: dict[str, Maker] = {
    "appraisal:books-step": _without_object(step="close"),
    "appraisal:book-step": lambda _cell: {"step": "close"},
    "appraisal:book-reason": lambda _cell: {"reason": "核对异议情况"},
    "appraisal:book-sheet": lambda _cell: {"format": "word"},
    "appraisal:duty-send": lambda _cell: {"note": ""},
    "appraisal:duty-judge": lambda _cell: {"verdict": "passed"},
    "appraisal:objection-step": lambda _cell: {"step": "accept"},
    "appraisal:objection-uphold": lambda _cell: {"way": "take_back", "note": "核对过了"},
}
