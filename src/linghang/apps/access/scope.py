"""How a user's posts of today become what he may see: the one place that turns dates, roles and places into a scope."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from linghang.ui.web.planned import planned
from linghang.ui.web.routes import EVERYONE, Reach
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Grant, Viewer


def viewer_on(user_uuid: UUID, name: str, *, on: date, top: UUID | None = None) -> Viewer:
    """The user with the posts that he holds on a day, all under one top organisation.

    Somebody with posts under two independent tops looks into one at a time: `top` if he holds a post there, else the
    first. A grant without a node (the installation's administrator) belongs to every visit.
    """
    grants = _grants_on(user_uuid, on)
    tops = [grant.top for grant in grants if grant.top is not None]
    chosen = top if top in tops else (tops[0] if tops else None)
    held = tuple(grant for grant in grants if grant.top in (None, chosen))
    return Viewer(uuid=user_uuid, name=name, top=chosen, grants=held)


def tops_on(user_uuid: UUID, *, on: date) -> list[UUID]:
    """The independent top organisations under which the user holds a post on a day."""
    return list(dict.fromkeys(grant.top for grant in _grants_on(user_uuid, on) if grant.top is not None))


# a user's own posts are what his scope is made of, so they are read outside of any; a top is its own top
_POSTS = """
    SELECT held.role, COALESCE(node.path, ''), COALESCE(top.uuid, node.uuid), COALESCE(node.label, '')
    FROM access_rolegrant AS held
    JOIN access_user AS holder ON holder.id = held.user_id
    LEFT JOIN access_scopenode AS node ON node.id = held.node_id
    LEFT JOIN access_scopenode AS top ON top.id = node.top_id
    WHERE holder.uuid = %(user)s AND held.valid_from <= %(on)s AND COALESCE(held.valid_to, 'infinity') >= %(on)s
        AND (node.id IS NULL OR node.valid_from <= %(on)s AND COALESCE(node.valid_to, 'infinity') >= %(on)s)
    ORDER BY node.path, held.id
"""


def _grants_on(user_uuid: UUID, on: date) -> list[Grant]:
    """Asked with every page, anew each time: a post that has been taken away opens nothing from then on."""
    return [Grant(*post) for post in planned(_POSTS, {"user": user_uuid, "on": on})]


def scope_for(viewer: Viewer, roles: Mapping[str, Reach], *, on: date) -> Scope:
    """What the viewer sees on an address whose row says `roles`; posts that do not open it add nothing."""
    subtrees: set[str] = set()
    nodes: set[str] = set()
    posts: set[tuple[str, str]] = set()
    for grant in viewer.grants:
        reach = roles.get(grant.role, roles.get(EVERYONE))
        if reach is Reach.SUBTREE:
            subtrees.add(grant.path)
        elif reach is Reach.NODE and grant.path:
            nodes.add(grant.path)
        else:
            continue
        posts.add((grant.role, grant.path))
    return Scope(
        tuple(sorted(subtrees)),
        tuple(sorted(nodes)),
        reader=viewer.uuid,
        top=viewer.top,
        on=on,
        posts=tuple(sorted(posts)),
    )


def scope_of_user(user_uuid: UUID, *, roles: Mapping[str, Reach], on: date) -> Scope:
    """The scope of a user for a job that runs on his behalf; registered with `ui.web.scope`."""
    return scope_for(viewer_on(user_uuid, "", on=on), roles, on=on)
