from typing import Any
from uuid import uuid4

from linghang.apps.access.tests.world import NOW, TODAY
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Binding, Book, Expected, GradeResult, PackVersion, Run
from linghang.apps.org.models import Organisation, Person
from linghang.apps.org.operations import add_person
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker
from tests.permissions.targets.org_links import _branch

NOW_MONTH = Month.of(TODAY)
MARCH = Month(2026, 3)


def _book(cell: Cell, pack: str, scheme: str, month: Month, state: str) -> Book:
    version = PackVersion.objects.get(owner=None, pack=pack)
    node = cell.place.node.key
    binding = Binding.objects.create(
        node_id=node, version=version, scheme=scheme, since=Month(2026, 1).index, offered_at=NOW, confirmed_at=NOW
    )
    run = Run.objects.create(
        kind="month", node_id=node, version=version, scheme=scheme, month=month.index, watermark={},
        engine="reference", versions={}, result_hash=uuid4().hex * 2, subjects=0, at=NOW,
    )  # fmt: skip
    place = Organisation.objects.get(uuid=cell.place.uuid)
    return Book.objects.create(
        binding=binding, scheme=scheme, month=month.index, place=place, node_id=node, state=state, run=run
    )


def _person(cell: Cell) -> dict[str, Any]:
    """A month without points of the owner of the cell: who may open it is asked, not what stands there."""
    with system_scope(reason="test"):
        book = _book(cell, "example-4x-points", "member-points", NOW_MONTH, BookState.RECORDING)
        uuid = add_person(name="王×", organisation=cell.place.uuid, user=cell.owner.uuid, actor=SYSTEM)
        person = Person.objects.get(uuid=uuid)
        Expected.objects.create(
            subject=uuid, person=person, scheme=book.scheme, month=book.month, book=book, node_id=book.node_id,
            version=book.binding.version, state="exempt", at=NOW,
        )  # fmt: skip
        return {"subject": uuid, "scheme": book.scheme}


def _expected_branch(cell: Cell) -> dict[str, Any] | None:
    found = _branch(cell)
    if found is None:
        return None
    with system_scope(reason="test"):
        book = _book(cell, "example-star-branch", "branch-stars", NOW_MONTH, BookState.RECORDING)
        branch = Organisation.objects.get(uuid=found["uuid"])
        Expected.objects.create(
            subject=branch.uuid, organisation=branch, scheme=book.scheme, month=book.month, book=book,
            node_id=branch.node_id, version=book.binding.version, state="exempt", at=NOW,
        )  # fmt: skip
        return {"subject": branch.uuid, "scheme": book.scheme}


def _star(cell: Cell) -> dict[str, Any] | None:
    found = _branch(cell)
    if found is None:
        return None
    with system_scope(reason="test"):
        book = _book(cell, "example-star-branch", "branch-stars", MARCH, BookState.ANNOUNCED)
        branch = Organisation.objects.get(uuid=found["uuid"])
        GradeResult.objects.create(
            subject=branch.uuid, organisation=branch, scheme=book.scheme, month=book.month, book=book,
            node_id=branch.node_id, run=book.run, final=True, grade="quarter-star", state="graded", total=9500,
            band="star5",
        )  # fmt: skip
        return {"branch": branch.uuid, "scheme": book.scheme, "month": MARCH}


OBJECTS: dict[str, Maker] = {
    "appraisal:expected": _person,
    "appraisal:branch-expected": _expected_branch,
    "appraisal:star": _star,
    "appraisal:certificate": _star,
}
