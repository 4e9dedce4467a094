"""Posts that follow from what `org` records: memberships and appointments open them, their end closes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from linghang.apps.access.data import Role
from linghang.apps.access.models import RoleGrant, ScopeNode, User
from linghang.apps.access.operations.accounts import refuse_foreign_role, user_of
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM, writing

BELONGING = frozenset({Role.MEMBER.value, Role.STAFF.value})  # these follow from a roster, whoever keeps it


@dataclass(frozen=True)
class NewPost:
    """A role for an account at a place; `user` and `node` are keys, both ends count, None goes on."""

    user: int
    role: str
    node: int
    valid_from: date
    valid_to: date | None = None


def open_posts(*, posts: Sequence[NewPost], actor: Viewer, now: datetime) -> list[int]:
    """Give posts and return their keys. More than belonging needs an actor who may hand the role out there."""
    with writing(actor, "open_posts"), system_scope(reason="org has checked whose rows these posts follow from"):
        _refuse_what_is_not_his(posts, actor)
        granted_by = user_of(actor)
        rows = [
            RoleGrant(
                user_id=post.user,
                role=post.role,
                node_id=post.node,
                valid_from=post.valid_from,
                valid_to=post.valid_to,
                granted_at=now,
                granted_by=granted_by,
            )
            for post in posts
        ]
        return [row.pk for row in RoleGrant.objects.bulk_create(rows)]


def close_posts(*, posts: Collection[int], last_day: date, actor: Viewer) -> None:
    """Set the last day of posts, by their keys. One that had not begun by then is put on that one day.

    One that ended sooner by itself stays ended: closing gives nobody a day more.
    """
    with writing(actor, "close_posts"), system_scope(reason="org has checked whose rows these posts follow from"):
        for row in RoleGrant.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=posts).order_by("pk"):
            row.valid_to = min(last_day, row.valid_to or last_day)
            row.valid_from = min(row.valid_from, row.valid_to)
            row.save(update_fields=["valid_from", "valid_to"])


def reopen_post(*, post: int, valid_to: date | None, actor: Viewer, now: datetime) -> int:
    """A post like one that ended, from today on; the key of the new one. What was closed stays as it was."""
    with writing(actor, "reopen_post"), system_scope(reason="org has checked whose rows these posts follow from"):
        row = RoleGrant.objects.get(pk=post)
    again = NewPost(row.user_id, row.role, row.node_id or 0, max(row.valid_from, day_of(now)), valid_to)
    return open_posts(posts=[again], actor=actor, now=now)[0]


def settle_homes(*, homes: Collection[tuple[int, int]], actor: Viewer) -> None:
    """The branch that looks after an account, as (user, node), after its person went to another one."""
    with writing(actor, "settle_homes"):
        for user, node in homes:
            User.objects.filter(pk=user).exclude(home_id=node).update(home_id=node)


def refuse_role_at(*, actor: Viewer, role: str, node: int) -> None:
    """Refuse unless the actor may hand out the role at a place; the system itself may."""
    if actor != SYSTEM:
        refuse_foreign_role(actor, role, ScopeNode.objects.filter(pk=node).first())


def _refuse_what_is_not_his(posts: Sequence[NewPost], actor: Viewer) -> None:
    higher = [post for post in posts if post.role not in BELONGING]
    for role, node in dict.fromkeys((post.role, post.node) for post in higher):
        refuse_role_at(actor=actor, role=role, node=node)
    own = User.objects.filter(uuid=actor.uuid, pk__in={post.user for post in higher}) if actor.uuid else None
    if own is not None and own.exists():
        raise DomainError("own_account", _("不能给自己任职。请由上级党务干部办理。"), status=403)
