"""Somebody of a branch, as the pages of people find him."""

from datetime import date
from uuid import UUID

from linghang.apps.access.tests.world import NOW
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

SINCE = date(2024, 3, 1)


def enter(name: str, branch, **more) -> UUID:
    """A party member of a branch since long."""
    row = NewPerson(**({"name": name, "since": SINCE, "branch": branch.uuid, "standing": "full_member"} | more))
    with system_scope(reason="test"):
        return add_people(rows=[row], actor=SYSTEM, now=NOW).people[0]


def text_of(answer) -> str:
    return answer.content.decode()
