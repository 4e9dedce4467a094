"""How many SQL statements a page without an object costs; `query_counts/` has the baseline, one file per room.

A page that needs more than its baseline fails, and so does one that needs fewer (write the gain down). To write the
file anew after a change that you can explain: `LINGHANG_TEST_REFRESH_QUERY_COUNTS=1 pytest tests/permissions`.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.apps.access.tests.world import make_account
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.routes import rules
from tests.permissions.table import NO_POST, addresses, table
from tests.permissions.test_matrix import taken_back

pytestmark = pytest.mark.xdist_group("query_counts")  # the crowd comes once

FOLDER = Path(__file__).with_name("query_counts")
REFRESH = bool(os.environ.get("LINGHANG_TEST_REFRESH_QUERY_COUNTS"))
READERS = ("officer", "inspector", NO_POST)


def baseline() -> dict[str, int]:
    """All pages of all rooms."""
    return {key: n for file in FOLDER.glob("*.json") for key, n in json.loads(file.read_text("utf-8")).items()}


def _write_down(key: str, count: int) -> None:
    file = FOLDER / f"{key.split(':')[0]}.json"
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    file.write_text(json.dumps(known | {key: count}, indent=1, sort_keys=True) + "\n", "utf-8")


def pages() -> list[tuple[str, str]]:
    """Every page without an object that answers 200, with the first of the readers who may open it."""
    return [
        (address, who)
        for address, parameters in sorted(addresses().items())
        if not parameters
        for who in READERS
        if (row := table().get((address, "GET"))) and row.expected[who]["self"] == 200
    ]


def statements(world, address: str, who: str) -> int:
    _user, browser = world.visit(who, "own")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(reverse(address)).status_code == 200
    return len([query for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))])


def _crowd(world) -> None:
    """Twenty more rows for whatever lists there are."""
    for number in range(20):
        place = make_organisation("branch", f"第{number}支部", world.places["own"], code=f"X{number}")
        make_account(f"crowd{number}", "member", place.node)


@pytest.fixture(scope="module")
def with_few(request, world) -> dict[tuple[str, str], int]:
    """What the pages of this run cost before anybody came; then the crowd comes, once for all of them."""
    found = {}
    for item in request.session.items:
        asked = getattr(item, "callspec", None)
        if item.path.samefile(__file__) and asked is not None:
            page = asked.params["address"], asked.params["who"]
            with taken_back():
                found[page] = statements(world, *page)
    _crowd(world)
    return found


@pytest.mark.parametrize(("address", "who"), pages())
def test_a_page_costs_as_many_statements_as_its_baseline_however_many_rows_it_shows(world, with_few, address, who):
    few = with_few[address, who]
    with taken_back():
        many = statements(world, address, who)
    assert many == few, f"{address}: {few} statements with few rows, {many} with many"
    key = f"{address} as {who}"
    if REFRESH:
        _write_down(key, few)
    assert baseline().get(key) == few


def test_the_baseline_speaks_of_pages_that_exist():
    assert set(baseline()) == {f"{address} as {who}" for address, who in pages()}
    assert {address for address, _who in pages()} <= set(rules())
