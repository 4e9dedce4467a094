"""Accounts of a demo installation: one password for all of them, drawn when the demo is made, on paper nowhere."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password

from linghang.apps.access.models import RoleGrant, User
from linghang.apps.access.queries import get_node
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


@dataclass(frozen=True)
class DemoAccount:
    """One account with one post at a place since a day; `role` "" when other operations give the posts."""

    username: str
    display_name: str
    node: UUID | None
    role: str
    since: date


def add_demo_accounts(
    *, accounts: Sequence[DemoAccount], password: str = "", actor: Viewer, now: datetime
) -> tuple[list[UUID], str]:
    """Make the accounts, ready to sign in on this machine, and return them with their password.

    Raises RuntimeError outside of a demo installation: nobody may get an account with a known password there.
    """
    if not settings.DEMO:
        raise RuntimeError("demo accounts are made in a demo installation only")
    password = password or secrets.token_urlsafe(12)
    stored = make_password(password)
    with writing(actor, "add_demo_accounts"):
        return [_add(account, stored, now) for account in accounts], password


def _add(account: DemoAccount, stored: str, now: datetime) -> UUID:
    node = get_node(account.node) if account.node else None
    user = User(username=account.username, display_name=account.display_name, home=node, created_at=now)
    user.password, user.must_change_password, user.for_demo = stored, False, True
    user.save()
    if account.role:
        RoleGrant.objects.create(user=user, role=account.role, node=node, valid_from=account.since, granted_at=now)
    return user.uuid
