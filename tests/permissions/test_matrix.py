"""Every address × every role × whose object, against the tables that people wrote (`matrix/`)."""

import os
import pickle
import sys
from contextlib import contextmanager
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from linghang.apps.access.data import ROLES
from linghang.apps.access.models import RoleGrant
from linghang.apps.access.tests.world import make_account
from linghang.apps.jobs.child import run_in_child
from linghang.ui.web.routes import EVERYONE, Rule, rules
from linghang.ui.web.scope import Scope, system_scope
from tests.permissions.table import COLUMNS, NOBODY, VISITORS, WHOLE, Row, addresses, table
from tests.permissions.targets import DATA, OBJECTS, Cell

WHOLE_TABLE = os.environ.get("LINGHANG_TEST_EFFORT") == "soak"
TELLING = ("own", "self", *COLUMNS)
REFUSALS = (403, 404)


@pytest.fixture(autouse=True)
def _sessions_stay(settings):
    """As in life, a request does not renew a session that was used a moment ago."""
    settings.SESSION_RENEW_SECONDS = 0 if WHOLE_TABLE else 3600


@pytest.fixture(scope="module", autouse=True)
def _papers_are_printed_once():
    """Whoever may have a paper that was printed before him, word for word the same, gets it without waiting for the
    process that prints (`make soak` prints each)."""
    printed: dict[bytes, object] = {}

    def once(function, *arguments, **more):
        key = pickle.dumps((function, arguments))
        if more or key not in printed:
            printed[key] = run_in_child(function, *arguments, **more)
        return printed[key]

    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("linghang.apps.") and not WHOLE_TABLE and hasattr(module, "run_in_child"):
                patch.setattr(module, "run_in_child", once)
        yield


@contextmanager
def taken_back():
    """Whatever happens inside leaves no trace for the next square."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client, address: str, method: str, arguments: dict, data: dict, *, briefly: bool = False) -> int:
    """The status of one request; `briefly` asks as a program does, which is refused without a page."""
    url = reverse(address, kwargs=arguments)
    headers = {"accept": "application/json"} if briefly else {}
    send = client.post if method == "POST" else client.get
    response = send(url, data, headers=headers)
    if response.streaming:
        b"".join(response.streaming_content)  # the client closes the file at its end
    return response.status_code


def differences(world, row: Row) -> list[str]:
    """The squares in which the product and the table disagree; an object is made once for all who ask for it."""
    return [line for column in COLUMNS for line in _column(world, row, column)]


def _column(world, row: Row, column: str) -> list[str]:
    with taken_back():
        asking = [who for who in VISITORS if WHOLE_TABLE or column == _telling(row, who) or not _closed(row, who)]
        shared = _case(row.address, world.cell(column, None)) if asking and column != "self" else None
        return [line for who in asking for line in _square(world, row, column, who, shared)]


def _closed(row: Row, who: str) -> bool:
    """Whether the address is shut to a visitor whatever it is about: then the guard answers before any object is read,
    for his own as for any other, and a post that has ended opens no more than one that holds. One column tells as much
    as eight; `make soak` asks in all of them."""
    return set(row.expected[who].values()) <= {403, 302, None}


def _telling(row: Row, who: str) -> str | None:
    """The column in which somebody is asked to whom the address is shut: the first in which it makes sense."""
    return next((column for column in TELLING if row.expected[who][column] is not None), None)


def _square(world, row: Row, column: str, who: str, shared: tuple[dict, dict] | None) -> list[str]:
    """Nothing, or in words how the product differs; each visitor in "self" has an object of his own.

    Everybody is shown the page of each refusal once; drawing it anew for each of 20,000 squares tells nothing more
    (`make soak` does).
    """
    with taken_back():
        wanted = row.expected[who][column]
        visitor, browser = world.visit(who, column)
        case = _case(row.address, world.cell(column, visitor)) if column == "self" else shared
        got = None if case is None else ask(browser, row.address, row.method, *case, briefly=_shown(world, who, wanted))
    return [] if got == wanted else [f"{row.method} {row.address} · {who} · {column}: table {wanted}, product {got}"]


def _shown(world, who: str, wanted: int | None) -> bool:
    """Whether somebody has been shown the page of this refusal; afterwards he has."""
    if wanted not in REFUSALS or WHOLE_TABLE:
        return False
    seen = (who, wanted) in world.refused
    world.refused.add((who, wanted))
    return seen


def _case(address: str, cell: Cell) -> tuple[dict, dict] | None:
    """Arguments and form of a cell, or None where it makes no sense."""
    if address not in OBJECTS and address not in DATA:
        return ({}, {}) if cell.name in ("self", "former", "transferred") else None
    arguments = OBJECTS[address](cell) if address in OBJECTS else {}
    data = DATA[address](cell) if address in DATA else {}
    return None if arguments is None or data is None else (arguments, data)


@pytest.mark.parametrize("key", sorted(table()), ids=lambda key: "-".join(key))
def test_every_visitor_gets_what_the_table_says(key, world):
    row = table()[key]
    wrong = differences(world, row)
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_address_has_its_row_in_the_registry_and_in_the_table():
    product = set(addresses())
    assert product - set(rules()) == set(), (
        "addresses without a permission row (they are refused): add to permissions.py"
    )
    listed = {address for address, _method in table()}
    assert product - listed == set(), "addresses that the table does not know: add to tests/permissions/matrix/"


def test_neither_the_registry_nor_the_table_speaks_of_an_address_that_is_gone():
    product = set(addresses())
    assert set(rules()) - product == set()
    assert {address for address, _method in table()} - product == set()


def test_every_address_with_an_object_says_how_to_make_one():
    with_parameters = {address for address, parameters in addresses().items() if parameters}
    assert with_parameters == set(OBJECTS)


def test_every_row_speaks_of_every_visitor():
    for row in table().values():
        assert set(row.expected) == set(VISITORS), f"{row.method} {row.address} lacks somebody"


@pytest.mark.parametrize("address", sorted(addresses()))
def test_whoever_may_not_look_may_not_write_either(address, world):
    """A row for GET closes POST, too, unless the table says otherwise."""
    row = table().get((address, "GET"))
    if row is None or (address, "POST") in table():
        return
    closed = [who for who in VISITORS if set(row.expected[who].values()) <= {403, None}]
    for who in closed:
        cell = world.cell("own", None)
        with taken_back():
            case = _case(address, Cell("own", cell.owner, cell.place)) or ({}, {})
            browser = world.visit(who, "own")[1]
            assert ask(browser, address, "POST", *case, briefly=_shown(world, who, 403)) == 403, who


@pytest.mark.parametrize("address", sorted(set(OBJECTS)))
def test_what_lies_elsewhere_and_what_does_not_exist_answer_in_the_same_words(address, world):
    method = "GET" if (address, "GET") in table() else "POST"
    row = table()[(address, method)]
    for who in VISITORS:
        if row.expected[who]["other_top"] != 404:
            continue
        with taken_back():
            visitor, browser = world.visit(who, "own")
            elsewhere = OBJECTS[address](world.cell("other_top", visitor))
            missing = elsewhere | _others(elsewhere)
            pages = [_words(browser, method, reverse(address, kwargs=each)) for each in (elsewhere, missing)]
        assert pages[0] == pages[1]
        assert world.places["other_top"].node.label not in pages[0]
        return


def _others(arguments: dict) -> dict:
    """Arguments that name nothing: other ids; words like a month or a scheme stay, so that the address can be made."""
    ids = [name for name, value in arguments.items() if isinstance(value, UUID)]
    return {name: uuid4() for name in ids or arguments if name != "name"}


def _words(client, method: str, url: str) -> str:
    response = client.post(url) if method == "POST" else client.get(url)
    assert response.status_code == 404
    return response.content.decode().replace(url, "").split("<main")[1]


def _blind(monkeypatch):
    """A product that forgot where rows hang: every open scope reaches everything."""
    monkeypatch.setattr(Scope, "condition", lambda *_paths, owner=None: Q())


def _generous(monkeypatch):
    """A product in which every post opens every page."""
    monkeypatch.setattr(Rule, "admits", lambda _rule, _roles, _method="GET": True)


def _eternal(_monkeypatch):
    """A product in which posts never end."""
    with system_scope(reason="test"):
        RoleGrant.objects.all().update(valid_to=None)


@pytest.mark.parametrize("bug", [_blind, _generous, _eternal], ids=lambda bug: bug.__name__.strip("_"))
def test_the_table_catches_a_seeded_leak(bug, world, monkeypatch):
    """Law 9 has teeth: each of these bugs makes the table disagree with the product."""
    with taken_back():
        bug(monkeypatch)
        row = table()["access:user-detail", "GET"]
        assert differences(world, row)


def test_pages_without_sign_in_are_these_and_no_others():
    assert {rule.url_name for rule in rules().values() if rule.public} == {
        "access:sign-in",
        "access:verify",
        "access:activate",
        "portal:demo",
        "portal:health",
        "ui:language",
    }


def test_a_system_administrator_opens_no_page_with_business_data():
    business = [rule for rule in rules().values() if rule.reads and "system_admin" in rule.roles]
    assert {rule.url_name for rule in business} == {
        "access:user-list",
        "access:user-detail",
        # tables of organisations: of what others import he sees nothing
        *(f"exchange:{name}" for name in ("list", "import", "columns", "preview", "problems", "effects")),
    }  # his business, and logged


def test_the_rules_name_only_roles_that_exist():
    named = {role for rule in rules().values() for role in (*rule.roles, *(rule.writes or {}))}
    assert named - {EVERYONE} <= set(ROLES)


def test_an_address_without_a_row_is_refused_to_everybody(world, monkeypatch):
    monkeypatch.delitem(rules(), "portal:home")
    for who in ("officer", WHOLE, NOBODY):
        assert world.visit(who, "own")[1].get("/").status_code == 403


def test_a_rule_is_either_public_for_a_reason_or_names_roles():
    assert all(isinstance(rule, Rule) and bool(rule.public) != bool(rule.roles) for rule in rules().values())


def test_the_second_unit_sees_nothing_of_the_first(world):
    """Every page without an object that an officer of the other unit can open, read in full."""
    with taken_back():
        browser = Client()
        stranger = make_account("stranger", "officer", world.places["other_top"].node)
        browser.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
        for address, parameters in addresses().items():
            if parameters or not rules()[address].admits({"officer"}) or (address, "GET") not in table():
                continue
            page = _text_of(browser.get(reverse(address)))
            for where in ("own", "below", "sibling", "parent"):
                assert world.places[where].node.label not in page, address
                assert world.owners[where].display_name not in page, address


def _text_of(response) -> str:
    """What a person can read in an answer: the page, or every sheet of a workbook."""
    if not response.streaming:
        return response.content.decode()
    content = b"".join(response.streaming_content)
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with ZipFile(BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())
