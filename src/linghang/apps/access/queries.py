"""Reads: lists of accounts and places inside the open scope, as plain records."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, is_password_usable
from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.apps.access.data import (
    ROLES,
    DemoAccountLine,
    GrantLine,
    Holder,
    NodeLine,
    PlaceLine,
    PlacesFound,
    UserCard,
    UserLine,
    sounding,
)
from linghang.apps.access.models import Authenticator, RoleGrant, ScopeNode, User
from linghang.apps.access.policies import grant_state, normal_username
from linghang.apps.access.scope import scope_for, viewer_on
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import Words, kept_page, kept_rows
from linghang.ui.web.paging import Page
from linghang.ui.web.picking import FEW
from linghang.ui.web.routes import rule_for
from linghang.ui.web.scope import Scope, current_scope, system_scope
from linghang.ui.web.viewer import Viewer

PLACES_SHOWN = 20
STATES = {"active": gettext_lazy("在用"), "waiting": gettext_lazy("待激活"), "stopped": gettext_lazy("已停用")}


def nodes_in_scope(*, on: date) -> list[NodeLine]:
    """The places that the open scope reaches, from the top down, without those closed before `on`."""
    columns = _open_nodes(on).order_by("path").values_list("pk", "top_id", "uuid", "label", "path")
    return [NodeLine(pk, top or pk, uuid, label, path, path.count("/") - 1) for pk, top, uuid, label, path in columns]


@dataclass(frozen=True)
class PlacesToChoose:
    """The places of the open scope, for a field on a page: all of them while they are few, otherwise by their names.

    `page` is the name of the page's address, one of `pages_with_places`; whoever may open it is answered, inside the
    scope that he has there.
    """

    page: str
    on: date

    @cached_property
    def few(self) -> list[tuple[str, str]] | None:
        """From the top down, moved in by their depth; None where there are more than a select should hold."""
        rows = list(_open_nodes(self.on).order_by("path").values_list("uuid", "label", "path")[: FEW + 1])
        least = min((path.count("/") for _uuid, _label, path in rows), default=0)
        choices = [(str(uuid), "　" * (path.count("/") - least) + label) for uuid, label, path in rows]
        return choices if len(rows) <= FEW else None

    @property
    def address(self) -> str:
        return f"{reverse('access:places')}?page={self.page}"

    def label_of(self, key: str) -> str | None:
        """What a place is called; None for what is no place of the scope or was closed."""
        try:
            uuid = UUID(key)
        except ValueError:
            return None
        return _open_nodes(self.on).filter(uuid=uuid).values_list("label", flat=True).first()

    def meant(self, words: str) -> list[tuple[str, str]]:
        """The one place that is called so, or else at most two in whose name the words stand, or that sound so."""
        for meant in (Q(label=words), Q(label__icontains=words), sounding(words)):
            rows = _open_nodes(self.on).filter(meant).order_by("path").values_list("uuid", "label")[:2]
            if found := [(str(uuid), label) for uuid, label in rows]:
                return found
        return []


def places_like(words: str, *, on: date) -> PlacesFound:
    """Places of the open scope in whose name the words stand, or that sound so, the shortest names first.

    Without words, the highest ones.
    """
    nodes = _open_nodes(on)
    nodes = nodes.filter(Q(label__icontains=words) | sounding(words)) if words else nodes
    nodes = nodes.order_by(Length("label") if words else Length("path"), "path")
    rows = list(nodes.values_list("uuid", "label", "path")[: PLACES_SHOWN + 1])
    above = {key for _uuid, _label, path in rows for key in _keys_above(path)}
    names = dict(ScopeNode.objects.filter(pk__in=above).values_list("pk", "label"))
    lines = [
        PlaceLine(str(uuid), label, _said_above([names[key] for key in _keys_above(path) if key in names]))
        for uuid, label, path in rows[:PLACES_SHOWN]
    ]
    return PlacesFound(tuple(lines), more=len(rows) > PLACES_SHOWN)


def _keys_above(path: str) -> list[int]:
    return [int(step) for step in path.split("/")[:-2]]


def _said_above(names: list[str]) -> str:
    """The nearest two; the highest says nothing new where another stands below it."""
    return " / ".join(names[1:][-2:] or names)


def keys_in_scope(*, under: UUID | None = None) -> list[tuple[int, int]]:
    """The places that the open scope reaches, closed ones, too, as keys with those of their tops.

    `under` narrows them to a place of the scope and what hangs below it.
    """
    nodes = (
        ScopeNode.objects.all() if under is None else ScopeNode.objects.filter(path__startswith=get_node(under).path)
    )
    return [(pk, top or pk) for pk, top in nodes.values_list("pk", "top_id")]


def keys_in_words(*, under: UUID | None = None) -> Words:
    """The statement that gives the keys of `keys_in_scope`, to stand inside another one; ('', ()) for no places."""
    nodes = ScopeNode.objects if under is None else ScopeNode.objects.filter(path__startswith=get_node(under).path)
    try:
        sql, params = nodes.values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return sql, tuple(params)


def whole_tops() -> list[int] | None:
    """The tops all of whose places the open scope reaches, as keys; None where it also reaches some places of others,
    or everything there is."""
    scope = current_scope()
    if scope.system_reason or "" in scope.subtrees or any(path.count("/") > 1 for path in scope.subtrees):
        return None
    if any(not path.startswith(scope.subtrees) for path in scope.nodes):
        return None
    return list(ScopeNode.objects.filter(path__in=scope.subtrees, parent=None).values_list("pk", flat=True))


def paths_of_nodes(keys: Iterable[int]) -> dict[int, str]:
    """Where places hang, by their keys; for derived tables that follow rows which the caller may write."""
    with system_scope(reason="where a place hangs is no content; whoever reads the derived rows is narrowed there"):
        return dict(ScopeNode.objects.filter(pk__in=set(keys)).values_list("pk", "path"))


def scope_on_address(viewer: Viewer, url_name: str, *, on: date) -> Scope | None:
    """What the viewer would see on another address, or None where his posts do not open it."""
    rule = rule_for(url_name)
    if rule is None or not rule.admits(viewer.roles):
        return None
    return scope_for(viewer, rule.roles, on=on)


def find_node(uuid: UUID) -> NodeLine:
    """One place inside the open scope; outside it, the same refusal as for one that does not exist."""
    return node_line(get_node(uuid))


def get_node(uuid: UUID) -> ScopeNode:
    """The row itself, for operations of this room."""
    node = ScopeNode.objects.filter(uuid=uuid).first()
    if node is None:
        raise not_found()
    return node


def node_line(node: ScopeNode) -> NodeLine:
    return NodeLine(node.pk, node.top_id or node.pk, node.uuid, node.label, node.path, node.depth)


def users_page(*, search: str, node: str, role: str, state: str, on: date, number: int) -> Page[UserLine]:
    """Accounts inside the open scope: by name or user name, by organisation, by a role held on `on`, by state."""
    keep = not (search or node)  # what somebody looks for is his own
    page = kept_page(_listed, search, node, role, state, on, number=number, keep=keep)
    return Page(_user_lines(page.rows, on), page.number, page.total)


def _listed(search: str, node: str, role: str, state: str, on: date) -> QuerySet[User]:
    users = User.scoped.all()
    if search:
        users = users.filter(Q(display_name__icontains=search) | Q(username__icontains=search))
    if node:
        users = users.filter(home__uuid=node)
    if role:
        held = _held(RoleGrant.objects.filter(role=role), on)
        users = users.filter(pk__in=held.values("user_id"))
    return _in_state(users, state).order_by("home__path", "display_name", "pk")


def _user_lines(keys: Sequence[int], on: date) -> list[UserLine]:
    """The rows of one page, which were found in scope: columns, not rows of three models."""
    held: dict[int, list[str]] = defaultdict(list)
    grants = _held(RoleGrant.objects.filter(user__in=keys), on).order_by("pk")
    for user, role in grants.values_list("user_id", "role"):
        held[user].append(role)
    columns = ("pk", "uuid", "username", "display_name", "home__label", "is_active", "password")
    found = {
        pk: _line_of_user(uuid, username, name, home or "", held[pk], _state(active, password))
        for pk, uuid, username, name, home, active, password in User.objects.filter(pk__in=keys).values_list(*columns)
    }
    return [found[key] for key in keys]


def user_card(uuid: UUID, *, on: date) -> UserCard:
    """One account inside the open scope with all its posts there, past ones too."""
    user = get_user(uuid)
    grants = RoleGrant.objects.filter(user=user).select_related("node", "granted_by").order_by("-valid_from", "pk")
    slip = user.slips.order_by("-issued_at").first()
    return UserCard(
        line=_user_line(user, on),
        home_uuid=user.home.uuid if user.home else None,
        grants=tuple(_grant_line(grant, on) for grant in grants),
        mfa=has_second_factor(user),
        last_slip=slip.issued_at if slip else None,
    )


def get_user(uuid: UUID) -> User:
    """The row itself, inside the open scope, for operations of this room."""
    user = User.scoped.select_related("home").filter(uuid=uuid).first()
    if user is None:
        raise not_found()
    return user


def waiting_users(node: ScopeNode) -> QuerySet[User]:
    """Accounts looked after by a node that are in use but were never activated."""
    users = User.scoped.filter(home=node, is_active=True)
    return _in_state(users, "waiting").order_by("display_name", "pk")


def names_of(uuids: Iterable[UUID]) -> dict[UUID, str]:
    """Display names of accounts inside the open scope; those outside are missing."""
    return dict(User.scoped.filter(uuid__in=set(uuids)).values_list("uuid", "display_name"))


def holders(*, roles: Iterable[str], on: date, above: str = "") -> list[Holder]:
    """Accounts in use that hold one of the roles on a day: inside the open scope, or, with the path of a place, there
    and at the places above it, whoever may see those."""
    held = _held(RoleGrant.objects.filter(role__in=set(roles), user__is_active=True), on)
    if not above:
        return _holder_lines(held)
    steps = above.split("/")[:-1]
    paths = ["".join(f"{step}/" for step in steps[: n + 1]) for n in range(len(steps))]
    with system_scope(reason="who answers for a place is known to those whose matter goes there"):
        held = _held(RoleGrant.objects.filter(role__in=set(roles), user__is_active=True, node__path__in=paths), on)
        return _holder_lines(held)


def _holder_lines(grants: QuerySet[RoleGrant]) -> list[Holder]:
    rows = grants.order_by("node__path", "user__display_name", "pk").values_list(
        "user__uuid", "user__display_name", "role", "node__label", "node__path"
    )
    return [Holder(uuid, name, role, label or "", path or "") for uuid, name, role, label, path in rows]


def own_grants(user: UUID, *, on: date) -> list[GrantLine]:
    """The posts of the viewer himself, wherever they are, past ones too."""
    with system_scope(reason="everybody may know which posts he holds himself"):
        rows = RoleGrant.objects.filter(user__uuid=user).select_related("node", "granted_by")
        return [_grant_line(row, on) for row in rows.order_by("-valid_from", "pk")]


def places_named(uuids: Iterable[UUID]) -> list[NodeLine]:
    """Names of the independent units in which the viewer holds a post, so that he can switch."""
    with system_scope(reason="the other unit is outside the scope of this visit by design; only its name is shown"):
        return [node_line(node) for node in ScopeNode.objects.filter(uuid__in=set(uuids)).order_by("path")]


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for a one-time password after the password."""
    return Authenticator.objects.filter(user=user, confirmed=True).exists()


def any_user_exists() -> bool:
    """False only before the first start has made its administrator."""
    return User.objects.exists()


def any_place_exists() -> bool:
    """False until the first organisation has been set up."""
    with system_scope(reason="only whether anything is there at all"):
        return ScopeNode.objects.exists()


def anybody_holds(roles: Iterable[str], *, on: date) -> bool:
    """Whether some account has been given one of the roles inside the open scope, taken up or not."""
    return bool(kept_rows(_any_holder, tuple(sorted(roles)), on))


def _any_holder(roles: Sequence[str], on: date) -> QuerySet[RoleGrant, Any]:
    return _held(RoleGrant.objects.filter(role__in=roles), on).values_list("pk")[:1]


def _open_nodes(on: date) -> QuerySet[ScopeNode]:
    return ScopeNode.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def _held(grants: QuerySet[RoleGrant], on: date) -> QuerySet[RoleGrant]:
    return grants.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


def _in_state(users: QuerySet[User], state: str) -> QuerySet[User]:
    unusable = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if state == "stopped":
        return users.filter(is_active=False)
    if state == "waiting":
        return users.filter(unusable, is_active=True)
    if state == "active":
        return users.filter(~unusable, is_active=True)
    return users


def _user_line(user: User, on: date) -> UserLine:
    held = [grant.role for grant in user.grants.all() if grant.holds_on(on)]
    home = user.home.label if user.home else ""
    return _line_of_user(user.uuid, user.username, user.display_name, home, held, _state(user.is_active, user.password))


def _line_of_user(uuid: UUID, username: str, name: str, home: str, held: Iterable[str], state: str) -> UserLine:
    return UserLine(
        uuid=uuid,
        username=username,
        display_name=name,
        home=home,
        roles=tuple(dict.fromkeys(str(ROLES[role].label) for role in held)),
        state=state,
        state_label=str(STATES[state]),
    )


def _state(active: bool, password: str) -> str:
    if not active:
        return "stopped"
    return "active" if is_password_usable(password) else "waiting"


def _grant_line(grant: RoleGrant, on: date) -> GrantLine:
    return GrantLine(
        uuid=grant.uuid,
        role=grant.role,
        role_label=str(ROLES[grant.role].label),
        node=grant.node.label if grant.node else _("整个系统"),
        since=grant.valid_from,
        until=grant.valid_to,
        state=grant_state(grant.valid_from, grant.valid_to, on),
        granted_by=grant.granted_by.display_name if grant.granted_by else _("系统"),
    )


def keys_of_users(uuids: Iterable[UUID]) -> dict[UUID, int]:
    """Keys for foreign keys of upper rooms, of accounts inside the open scope; those outside are missing."""
    return dict(User.scoped.filter(uuid__in=set(uuids)).values_list("uuid", "pk"))


def demo_accounts() -> list[DemoAccountLine]:
    """The accounts of a demo installation, by user name."""
    users = User.objects.filter(for_demo=True).order_by("username").prefetch_related("grants__node")
    return [DemoAccountLine(user.username, user.display_name, "、".join(_posts(user))) for user in users]


def _posts(user: User) -> list[str]:
    """Each post once, with its place."""
    grants = user.grants.all()
    words = [f"{ROLES[grant.role].label}（{grant.node.label if grant.node else ''}）" for grant in grants]
    return list(dict.fromkeys(words))


def uuid_of_username(username: str) -> UUID | None:
    """The account of this user name inside the open scope, however it is typed."""
    return User.scoped.filter(username=normal_username(username)).values_list("uuid", flat=True).first()


def viewer_with_posts(user: UUID, *, on: date) -> Viewer:
    """An account with the posts that it holds on a day, as operations want their actor."""
    row = User.objects.get(uuid=user)
    return viewer_on(row.uuid, row.display_name, on=on)
