"""Somebody with a post, or none, who has signed in; a demo installation."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client, override_settings

from linghang.apps.access.models import RoleGrant, ScopeNode, User

ALWAYS = date(2020, 1, 1)


def make_user(role: str = "") -> User:
    node = ScopeNode(label="第一党支部", path="new/", valid_from=ALWAYS)
    node.save()
    node.path = f"{node.pk}/"
    node.save()
    now = datetime.now(UTC)
    user = User(username="zhao", display_name="赵明", home=node, created_at=now, must_change_password=False)
    user.set_password("a-long-enough-password-1")
    user.save()
    if role:
        place = None if role == "system_admin" else node
        RoleGrant(user=user, role=role, node=place, valid_from=ALWAYS, granted_at=now).save()
    return user


@pytest.fixture
def visit(db: None) -> Callable[[str], Client]:
    def enter(role: str = "") -> Client:
        client = Client()
        client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[None]:
    with override_settings(DEMO=True, DATA_DIR=tmp_path):
        yield
