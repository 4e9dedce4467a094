"""People, and what is recorded about them, for the addresses of their files and registers."""

from datetime import date
from typing import Any
from uuid import UUID

from linghang.apps.access.tests.world import LONG_AGO, NOW, TODAY
from linghang.apps.org.models import Organisation, Person, Post, Term, Transfer
from linghang.apps.org.operations import add_person, begin_mobility, create_organisation, merge_people
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker

AHEAD = date(2027, 1, 1)


def _person(cell: Cell) -> UUID:
    with system_scope(reason="test"):
        name = cell.owner.display_name
        return add_person(name=name, organisation=cell.place.uuid, user=cell.owner.uuid, actor=SYSTEM)


def _rows(cell: Cell) -> tuple[Person, Organisation]:
    uuid = _person(cell)
    with system_scope(reason="test"):
        return Person.objects.get(uuid=uuid), Organisation.objects.get(uuid=cell.place.uuid)


def _file(cell: Cell) -> dict[str, Any]:
    return {"uuid": _person(cell)}


def _change(cell: Cell) -> dict[str, Any]:
    return {"uuid": _person(cell), "what": "standing"}


def _post(cell: Cell) -> dict[str, Any]:
    person, place = _rows(cell)
    made = Post._base_manager.create(person=person, organisation=place, title="publicity", valid_from=LONG_AGO)
    return {"uuid": made.uuid}


def _transfer(cell: Cell) -> dict[str, Any]:
    person, place = _rows(cell)
    words = {"to_text": "南河渠道党委", "sent_on": TODAY, "due_on": AHEAD}
    return {"uuid": Transfer._base_manager.create(person=person, from_organisation=place, **words).uuid}


def _mobility(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        made = begin_mobility(
            person=_person(cell), direction="out", valid_from=TODAY, place="", contact_branch="", actor=SYSTEM, now=NOW
        )
    return {"uuid": made}


def _place(cell: Cell) -> dict[str, Any] | None:
    return None if cell.name == "self" else {"uuid": cell.place.uuid}


def _term(cell: Cell) -> dict[str, Any] | None:
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        place = Organisation.objects.get(uuid=cell.place.uuid)
    return {"uuid": Term._base_manager.create(organisation=place, number=1, elected_on=LONG_AGO, ends_on=AHEAD).uuid}


def _merge(cell: Cell) -> dict[str, Any] | None:
    """Somebody of the place was entered twice; the second entry went into the first."""
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        pair = [add_person(name="王×", organisation=cell.place.uuid, actor=SYSTEM) for _entry in range(2)]
        return {"uuid": merge_people(kept=pair[0], gone=pair[1], reason="经本人确认", actor=SYSTEM, now=NOW)}


def _group(cell: Cell) -> dict[str, Any] | None:
    """A study group below the place; who leads another group does not see into it."""
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        what = {"kind": "study_group", "name": "青年理论学习小组", "parent": cell.place.uuid, "founded_on": LONG_AGO}
        return {"uuid": create_organisation(**what, actor=SYSTEM)}


OBJECTS: dict[str, Maker] = {
    "org:person": _file,
    "org:person-print": _file,
    "org:person-change": _change,
    "org:person-numbers": _file,
    "org:post-end": _post,
    "org:group": _group,
    "org:person-merge": _file,
    "org:merge-undo": _merge,
    "org:transfer": _transfer,
    "org:mobility-end": _mobility,
    "org:organisation-terms": _place,
    "org:term-extend": _term,
}

DATA: dict[str, Maker] = {
    "org:person-numbers": lambda _cell: {"reason": "看"},
    "org:organisation-terms": lambda _cell: {"number": "0"},
}
