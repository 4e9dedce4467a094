"""Many accounts at once, for the people of a roster; each waits for its slip and has no post of its own yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access.data import Role
from linghang.apps.access.models import User
from linghang.apps.access.operations.posts import refuse_role_at
from linghang.apps.access.policies import normal_username
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


@dataclass(frozen=True)
class NewAccount:
    """`wish` is the user name that is taken if it is free; `home` the key of the place that looks after the account."""

    wish: str
    display_name: str
    home: int


@dataclass(frozen=True)
class OpenedAccount:
    """Key for the foreign keys of upper rooms, uuid for operations."""

    key: int
    uuid: UUID
    username: str


def create_accounts(*, wanted: Sequence[NewAccount], actor: Viewer, now: datetime) -> list[OpenedAccount]:
    """Make accounts in the order given; refused where the actor may not hand out memberships.

    A user name that somebody has gets a number behind it, since names are given once in the whole installation.
    """
    with writing(actor, "create_user"):
        for home in {one.home for one in wanted}:
            refuse_role_at(actor=actor, role=Role.MEMBER.value, node=home)
        names = _free_names([normal_username(one.wish) for one in wanted])
        rows = [
            User(username=name, display_name=one.display_name, home_id=one.home, created_at=now)
            for name, one in zip(names, wanted, strict=True)
        ]
        for row in rows:
            row.set_unusable_password()
        return [OpenedAccount(row.pk, row.uuid, row.username) for row in _saved(rows)]


def _saved(rows: list[User]) -> list[User]:
    """Names were free a moment ago; whoever took one meanwhile makes the second one try again."""
    try:
        with transaction.atomic():
            return User.objects.bulk_create(rows)
    except IntegrityError as error:
        words = _("别人正在建账号，有用户名刚刚被占用。请再办一次。")
        raise DomainError("username_taken", words, status=409) from error


def _free_names(wishes: Sequence[str]) -> list[str]:
    """The wishes, with -2, -3 … behind those that are taken already or were wished before."""
    taken = set(User.objects.filter(username__in=wishes).values_list("username", flat=True))
    names = []
    for wish in wishes:
        name, number = wish, 2
        while name in taken or (number > 2 and User.objects.filter(username=name).exists()):
            name, number = f"{wish}-{number}", number + 1
        taken.add(name)
        names.append(name)
    return names
