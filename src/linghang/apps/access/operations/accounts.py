"""Accounts and posts. Nobody acts on his own account here except to change his own password."""

import secrets
from datetime import date, datetime
from uuid import UUID

import pghistory
from axes.utils import reset as reset_lockout
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access.data import ROLES, Role
from linghang.apps.access.models import NOTED, RoleGrant, ScopeNode, User
from linghang.apps.access.permissions import may_act_for, may_manage, may_stop
from linghang.apps.access.policies import normal_username
from linghang.apps.access.queries import any_user_exists, get_node, get_user
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM, writing

FIRST_ADMINISTRATOR = "admin"


def create_first_administrator(*, now: datetime) -> str | None:
    """Make the account `admin` with a random password that must be changed at the first sign-in, and return it.

    Returns None and changes nothing if there is any account; called by the supervisor at the first start.
    """
    with writing(SYSTEM, "create_first_administrator"), system_scope(reason="there is no organisation yet"):
        if any_user_exists():
            return None
        password = secrets.token_urlsafe(12)
        user = User(username=FIRST_ADMINISTRATOR, display_name=_("系统管理员"), created_at=now)
        user.set_password(password)
        user.save()
        RoleGrant.objects.create(user=user, role=Role.SYSTEM_ADMIN, valid_from=day_of(now), granted_at=now)
        return password


def create_user(
    *, username: str, display_name: str, home: UUID | None, role: str, actor: Viewer, now: datetime
) -> UUID:
    """Make an account looked after by `home`, with a first post there, waiting for its activation slip."""
    node = get_node(home) if home else None
    refuse_foreign_role(actor, role, node)
    with writing(actor, "create_user"):
        user = User(username=normal_username(username), display_name=display_name.strip(), home=node, created_at=now)
        user.set_unusable_password()
        _save_new(user)
        RoleGrant.objects.create(
            user=user,
            role=role,
            node=node,
            valid_from=day_of(now),
            granted_at=now,
            granted_by=user_of(actor),
        )
    return user.uuid


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        message = _("用户名“%(name)s”已被使用，请换一个，例如在后面加工号。") % {"name": user.username}
        raise DomainError("username_taken", message, field="username") from error


def grant_role(
    *, user: UUID, role: str, node: UUID | None, valid_from: date, valid_to: date | None, actor: Viewer, now: datetime
) -> UUID:
    """Give a post at a place inside the actor's own, from one day to another, both included."""
    target = get_user(user)
    place = get_node(node) if node else None
    _refuse_self(actor, target)
    refuse_foreign_role(actor, role, place)
    if valid_to is not None and valid_to < valid_from:
        raise DomainError("dates_crossed", _("结束日期早于开始日期，请改正。"), field="valid_to")
    with writing(actor, "grant_role"):
        grant = RoleGrant.objects.create(
            user=target,
            role=role,
            node=place,
            valid_from=valid_from,
            valid_to=valid_to,
            granted_at=now,
            granted_by=user_of(actor),
        )
    return grant.uuid


def end_role(*, grant: UUID, last_day: date, actor: Viewer) -> None:
    """Set the last day of a post. The post stays on record; from the next day on it opens nothing."""
    with writing(actor, "end_role"):
        held = RoleGrant.objects.select_for_update(of=("self",), no_key=True)
        row = held.select_related("user", "node").filter(uuid=grant).first()
        if row is None:
            raise not_found()
        _refuse_self(actor, row.user)
        refuse_foreign_role(actor, row.role, row.node)
        if last_day < row.valid_from:
            raise DomainError("dates_crossed", _("结束日期早于开始日期，请改正。"), field="last_day")
        if row.valid_to is not None and last_day >= row.valid_to:
            words = _("这个职务到%(day)s为止，不能再往后结束。要继续担任，请重新授予。")
            raise DomainError("post_over", words % {"day": row.valid_to.isoformat()}, status=409, field="last_day")
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])


def set_active(*, user: UUID, active: bool, actor: Viewer) -> None:
    """Stop an account or take it up again. A stopped account cannot sign in and its open pages end."""
    target = get_user(user)
    _refuse_self(actor, target)
    _refuse_unstoppable(actor, target)
    with writing(actor, "resume_user" if active else "stop_user"):
        target.is_active = active
        target.save(update_fields=["is_active"])


def unlock_user(*, user: UUID, actor: Viewer) -> None:
    """Let somebody try again before the waiting time is over."""
    target = get_user(user)
    _refuse_unstoppable(actor, target)
    with writing(actor, "unlock_user"):
        reset_lockout(username=target.username)
        note_in_history(target)


def set_password(*, user: User, password: str) -> None:
    """The user's own new password, checked against the rules; refuses with all reasons in one sentence."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError("weak_password", " ".join(error.messages), field="new") from error
    user.set_password(password)
    user.must_change_password = False
    with writing(Viewer(uuid=user.uuid, name=user.display_name), "set_password"):
        user.save(update_fields=["password", "must_change_password"])
        note_in_history(user)


def note_in_history(user: User) -> None:
    """A line in the history of an account for what its row does not show; call it inside `writing`."""
    pghistory.create_event(user, label=NOTED)


def all_grants(user: User) -> list[RoleGrant]:
    """Every post of an account wherever it is: an actor who cannot see one of them must not reset the account."""
    with system_scope(reason="posts outside the actor's reach count against resetting the account"):
        return list(RoleGrant.objects.filter(user=user).select_related("node"))


def refuse_unmanageable(actor: Viewer, user: User, on: date) -> None:
    """Refuse unless the actor may hand out every post that the account holds now or later."""
    open_grants = [grant for grant in all_grants(user) if grant.valid_to is None or grant.valid_to >= on]
    if not may_manage(actor, user.uuid, open_grants):
        raise _not_yours()


def _refuse_unstoppable(actor: Viewer, user: User) -> None:
    """Past posts count as well: the former officer is not stopped by his branch."""
    home = user.home.path if user.home else ""
    if not may_stop(actor, user.uuid, home, all_grants(user)):
        raise _not_yours()


def refuse_foreign_role(actor: Viewer, role: str, node: ScopeNode | None) -> None:
    """Refuse unless a post of the actor lets him hand out and end the role at this place."""
    if not may_act_for(actor, role, node.path if node else ""):
        label = str(ROLES[role].label) if role in ROLES else role
        raise DomainError(
            "role_not_yours",
            _("您的职务不能在这里授予或结束“%(role)s”。请由上级党务干部办理。") % {"role": label},
            status=403,
            field="role",
        )
    if node is None and role != Role.SYSTEM_ADMIN:
        raise DomainError("place_needed", _("只有系统管理员可以不限组织。请为这个职务选择组织。"), field="node")


def user_of(actor: Viewer) -> User | None:
    """The account behind an actor, None for the system."""
    return User.objects.get(uuid=actor.uuid) if actor.uuid else None


def _refuse_self(actor: Viewer, target: User) -> None:
    if actor.uuid == target.uuid:
        raise DomainError("own_account", _("不能给自己办理。请由别的管理人员办理。"), status=403)


def _not_yours() -> DomainError:
    return DomainError(
        "account_not_yours", _("这个账号的职务高于或超出您的管理范围。请由上级党务干部办理。"), status=403
    )
