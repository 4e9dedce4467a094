"""A fresh database has the schema, the rights and the rows that Django makes step by step, only sooner."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.db import models
from django.db.migrations import operations
from django.db.migrations.state import ModelState

from linghang.server.binaries import find_binaries
from linghang.server.roles import drop_database, ensure_database, grant_defaults, owner_url
from linghang.server.schema import LeanState
from linghang.server.testing import SharedDatabase

STEP_BY_STEP = pytest.mark.xdist_group("stepwise")  # it takes half a minute: made by one process
# as manage.py does it; it makes 20,000 classes, and looking among them for rubbish takes a third of its time
MIGRATE = "import gc; gc.set_threshold(100_000, 20, 5); from django.core.management import call_command as do; \
import django; django.setup(); do('migrate', verbosity=0)"
ROWS = (
    "SELECT app, name FROM django_migrations",
    "SELECT app_label, model FROM django_content_type",
    "SELECT app_label, model, codename, p.name FROM auth_permission p JOIN django_content_type t"
    " ON t.id = p.content_type_id",
)


@pytest.fixture(scope="module")
def stepwise(test_database: SharedDatabase) -> Iterator[str]:
    """The owner's address of a database that `manage.py migrate` made."""
    cluster, passwords = test_database.cluster, test_database.passwords
    name = f"stepwise_{test_database.name}"
    address = owner_url(cluster, passwords, name)
    ensure_database(cluster, name)
    grant_defaults(address)
    settings = {"DJANGO_SETTINGS_MODULE": "linghang.config.settings", "LINGHANG_DATABASE_URL": address}
    command = [sys.executable, "-c", MIGRATE]
    subprocess.run(command, env=os.environ | settings, check=True, timeout=600)
    yield address
    drop_database(cluster, name)


@pytest.fixture(scope="module")
def at_once(test_database: SharedDatabase) -> str:
    """The owner's address of this process' database: a copy of the one that was made as a first start makes it."""
    return test_database.owner_url


def dumped(address: str) -> str:
    """Tables, constraints, indexes, functions, triggers, rights and comments, without what is new in each dump."""
    program = find_binaries().program("pg_dump")
    text = subprocess.run([program, "--schema-only", address], capture_output=True, text=True, check=True).stdout
    return re.sub(r"^\\(un)?restrict .*$", "", text, flags=re.MULTILINE)


@STEP_BY_STEP
def test_a_fresh_database_is_the_one_that_django_makes_step_by_step(stepwise, at_once):
    expected = dumped(stepwise)
    assert "CREATE TRIGGER" in expected
    assert "GRANT SELECT" in expected
    assert dumped(at_once) == expected


@STEP_BY_STEP
@pytest.mark.parametrize("query", ROWS)
def test_a_fresh_database_knows_the_same_steps_and_models(stepwise, at_once, query):
    with psycopg.connect(stepwise) as slow, psycopg.connect(at_once) as fresh:
        expected, found = (sorted(one.execute(query).fetchall()) for one in (slow, fresh))
    assert expected
    assert found == expected


def a_state() -> LeanState:
    """A boat of a harbour with a captain; a lamp has nothing to do with them."""
    number = ("id", models.AutoField(primary_key=True))
    harbour = [("harbour", models.ForeignKey("sea.Harbour", models.PROTECT))]
    named = {"Harbour": [], "Boat": harbour, "Captain": [("boats", models.ManyToManyField("sea.Boat"))], "Lamp": []}
    state = LeanState(real_apps=set())
    for name, fields in named.items():
        state.add_model(ModelState("sea", name, [number, *fields]))
    return state


def made(state: LeanState) -> set[str]:
    return set(state.apps.all_models["sea"])


def test_only_what_is_asked_for_is_made_with_what_it_points_to():
    state = a_state()
    boat = state.apps.get_model("sea", "boat")
    assert made(state) == {"boat", "harbour"}
    assert boat._meta.get_field("harbour").related_model is state.apps.get_model("sea.Harbour")


def test_what_points_to_a_changed_model_is_made_anew_and_the_earlier_state_keeps_its_own():
    state = a_state()
    state.apps.get_model("sea", "captain")
    lamp = state.apps.get_model("sea", "lamp")
    before = state.clone()
    operations.AddField("harbour", "depth", models.IntegerField(default=0)).state_forwards("sea", state)
    assert made(state) == {"lamp"}
    harbour = state.apps.get_model("sea", "boat")._meta.get_field("harbour").related_model
    assert [field.name for field in harbour._meta.local_fields] == ["id", "depth"]
    assert state.apps.get_model("sea", "lamp") is lamp
    assert made(before) == {"boat", "captain", "captain_boats", "harbour", "lamp"}
    assert [field.name for field in before.apps.get_model("sea", "harbour")._meta.local_fields] == ["id"]


def test_a_removed_model_is_gone():
    state = a_state()
    state.apps.get_model("sea", "lamp")
    state.remove_model("sea", "lamp")
    with pytest.raises(LookupError):
        state.apps.get_model("sea", "lamp")
