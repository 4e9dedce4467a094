"""The people who visit every address of the product."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.test.client import ClientHandler

from linghang.apps.access.data import Role
from linghang.apps.access.middleware import USED_KEY
from linghang.apps.access.models import User
from linghang.apps.access.tests.world import TODAY, YESTERDAY, give_post, make_account
from linghang.apps.org.tests.world import Place, two_units
from tests.permissions.table import NO_POST, NOBODY, VISITORS, WHOLE
from tests.permissions.targets import Cell


@dataclass
class World:
    """Two units, an account in each place that owns something there, and every visitor with his open session."""

    places: dict[str, Place]
    owners: dict[str, User]
    sessions: dict[tuple[str, str], tuple[User, str]]
    refused: set[tuple[str, int]] = field(default_factory=set)  # who has been shown the page of which refusal
    handler: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))

    def cell(self, column: str, visitor: User | None) -> Cell:
        """Whose object a column means for a visitor."""
        where = column if column in self.places else "own"
        if column == "self" and visitor is not None:
            return Cell(column, visitor, self.places["own"])
        return Cell(column, self.owners[where], self.places[where])

    def visit(self, who: str, column: str) -> tuple[User | None, Client]:
        """The visitor whom `who` and the column mean, and a browser in which he is signed in."""
        client = Client()
        client.handler = self.handler  # one for all: a new one would put the middlewares together for every request
        if who == NOBODY:
            return None, client
        user, session = self.sessions[who, column if column in ("former", "transferred") else "now"]
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        return user, client


def _visitor(who: str, when: str, places: dict[str, Place]) -> User:
    """An account with the posts that `who` means: now, until yesterday, or moved to the sibling today."""
    own, sibling = places["own"].node, places["sibling"].node
    user = make_account(f"{who}-{when}", home=sibling if when == "transferred" else own)
    if who == NO_POST:
        return user
    role = Role.SYSTEM_ADMIN.value if who == WHOLE else who
    give_post(user, role, None if who == WHOLE else own, until=None if when == "now" else YESTERDAY)
    if when == "transferred":
        give_post(user, role, sibling, since=TODAY)
    return user


def _session(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[USED_KEY] = int(time.time())
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _build() -> World:
    places = two_units()
    owners = {where: make_account(f"owner-{where}", "member", place.node) for where, place in places.items()}
    sessions = {}
    for who in VISITORS:
        for when in ("now", "former", "transferred") if who != NOBODY else ():
            user = _visitor(who, when, places)
            sessions[who, when] = (user, _session(user))
    return World(places, owners, sessions)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Built once for all squares of the table; every request is taken back, and everything at the end."""
    today = override_settings(DEMO_TODAY=TODAY, DATA_DIR=tmp_path_factory.mktemp("data"))
    with today, django_db_blocker.unblock(), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)
