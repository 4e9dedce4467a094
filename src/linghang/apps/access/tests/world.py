"""A small world for tests: places and accounts with posts. Every organisation here is invented."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from linghang.apps.access.data import NodeLine
from linghang.apps.access.models import RoleGrant, ScopeNode, User
from linghang.apps.access.operations import create_node
from linghang.apps.access.scope import viewer_on
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM

TODAY = date(2026, 3, 5)
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "ground-water-lamp-7"


@cache
def _stored(password: str) -> str:
    """Argon2 is slow on purpose; one hash of a password serves a whole run."""
    return make_password(password)


def make_node(label: str, parent: NodeLine | None = None) -> NodeLine:
    """A place that has been there for long."""
    with system_scope(reason="test"):
        return create_node(label=label, parent=parent.uuid if parent else None, valid_from=LONG_AGO, actor=SYSTEM)


def make_account(
    username: str, role: str = "", node: NodeLine | None = None, *, home: NodeLine | None = None, password: str = ""
) -> User:
    """An account that needs no first password change, with one post since long ago if `role` is given."""
    place = home or node
    user = User(username=username, display_name=f"{username}同志", created_at=NOW, must_change_password=False)
    user.home_id = place.key if place else None
    if password:
        user.password = _stored(password)
    else:
        user.set_unusable_password()
    user.save()
    if role:
        give_post(user, role, node)
    return user


def give_post(
    user: User, role: str, node: NodeLine | None, since: date = LONG_AGO, until: date | None = None
) -> RoleGrant:
    """A post from one day to another, both included."""
    with system_scope(reason="test"):
        return RoleGrant.objects.create(
            user=user, role=role, node_id=node.key if node else None, valid_from=since, valid_to=until, granted_at=NOW
        )


def viewer(user: User, on: date = TODAY) -> Viewer:
    """The account as operations see it."""
    return viewer_on(user.uuid, user.display_name, on=on)


def path_now(node: NodeLine) -> str:
    with system_scope(reason="test"):
        return ScopeNode.objects.get(uuid=node.uuid).path
