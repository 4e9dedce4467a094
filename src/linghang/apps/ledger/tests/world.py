"""People and branches to record of. Everybody here is invented."""

from dataclasses import dataclass
from uuid import UUID

from linghang.apps.access.data import NodeLine
from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import NOW, TODAY, viewer
from linghang.apps.ledger.data import NewFact
from linghang.apps.org.models import Person
from linghang.ui.web.routes import EVERYONE, Reach
from linghang.ui.web.scope import Scope, system_scope

ATTENDED = {"meeting": "theme-day", "presence": "present", "reason": "none"}

__all__ = ["ATTENDED", "NOW", "TODAY", "Somebody", "attended", "make_person", "scope_of_user", "viewer", "volunteered"]


@dataclass(frozen=True)
class Somebody:
    """A person with what tests need of him."""

    uuid: UUID
    name: str


def make_person(name: str, node: NodeLine, user: User | None = None) -> Somebody:
    """A person of a branch, with an account or without."""
    with system_scope(reason="test"):
        row = Person.objects.create(name=name, node_id=node.key, top_id=node.top_key, user=user)
    return Somebody(row.uuid, row.name)


def scope_of_user(user: User) -> Scope:
    """All that the account's posts of today reach."""
    return scope_for(viewer(user), {EVERYONE: Reach.SUBTREE}, on=TODAY)


def attended(person: Somebody, **more: object) -> NewFact:
    """He was at the theme day."""
    return NewFact("life.attendance", person.uuid, TODAY, attributes=ATTENDED, **more)


def volunteered(person: Somebody, **more: object) -> NewFact:
    """Two hours of service."""
    given = {"quantity": 20_000, "attributes": {"role": "participant"}} | more
    return NewFact("service.volunteer", person.uuid, TODAY, **given)
