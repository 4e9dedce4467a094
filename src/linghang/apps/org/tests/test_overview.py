from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linghang.apps.access.tests.world import LONG_AGO, TODAY, TOMORROW, YESTERDAY
from linghang.apps.org.operations import close_organisation, set_category
from linghang.apps.org.operations.careers import leave
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import complete_count, coverage, gaps_page, incomplete_page
from linghang.apps.org.queries.overview import gaps_listed, incomplete_listed, overview
from linghang.apps.org.tests.link_world import at, give_title, make_area, make_link, make_person, mine
from linghang.ui.web.scope import Scope, system_scope, use_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """A mine in which something of every sort is covered and something is not, with ends and transfers."""
    with system_scope(reason="test"):
        found = mine()
        people = [make_person(f"党员{n}", found[f"branch{n % 3 + 1}"], unit=found["team"]) for n in range(7)]
        leader = make_person("陈立", found["branch3"])
        give_title(leader, found["top"], "committee_member")
        give_title(make_person("周明", found["branch3"]), found["top"], "deputy_secretary", since=YESTERDAY)
        make_link("contact-point", leader, found["branch1"].uuid)
        make_link("zone-owner", people[0], make_area("zone", "一号皮带", found["branch1"]))
        make_link("zone-owner", people[1], make_area("zone", "二号皮带", found["branch2"]), since=TODAY)
        make_link("key-task", people[2], make_area("task", "攻关", found["branch3"]))
        make_link("feature", found["branch1"].uuid, make_area("feature", "安全角", found["branch1"]))
        make_link("flag", people[3], found["branch1"].uuid)
        make_area("zone", "三号皮带", found["workshop"])
        make_link("compose-leader", leader, found["branch1"].uuid)
        make_link("compose-office", found["office"].uuid, found["branch1"].uuid)
        make_link("compose-unit", found["workshop"].uuid, found["branch1"].uuid)
        make_link("compose-field", found["project"].uuid, found["branch1"].uuid)
        make_link("compose-study-group", found["group"].uuid, found["branch1"].uuid)
        set_category(organisation=found["branch1"].uuid, category="production", valid_from=LONG_AGO, actor=SYSTEM)
        what = {"person": people[0], "last_day": TODAY, "reason": "transferred", "actor": SYSTEM, "now": at(TODAY)}
        leave(organisation=found["branch1"].uuid, kind="party", **what)
        close_organisation(organisation=found["project"].uuid, last_day=TODAY, actor=SYSTEM)
    return found


def one_by_one(on: date):
    return {id: coverage(id, on=on) for id in pack_in_force(on=on).coverages}, complete_count(on=on)


def test_side_by_side_every_coverage_says_what_it_says_alone(places):
    scopes = {
        "everything": Scope(system_reason="test"),
        "unit": Scope(subtrees=(places["top"].node.path,), top=places["top"].node.uuid),
        "some": Scope(subtrees=(places["branch1"].node.path, places["workshop"].node.path)),
        "others": Scope(subtrees=(places["branch2"].node.path, places["team"].node.path)),
        "branch": Scope(subtrees=(places["branch1"].node.path,)),
        "another branch": Scope(subtrees=(places["branch2"].node.path,)),
        "one node": Scope(nodes=(places["branch3"].node.path,)),
        "a node and a subtree": Scope(subtrees=(places["branch1"].node.path,), nodes=(places["branch3"].node.path,)),
        "himself": Scope(reader=uuid4()),
        "nothing": Scope(),
    }
    days = (date(2019, 1, 1), YESTERDAY, TODAY, TOMORROW, TODAY + timedelta(days=400))
    for (who, scope), on in product(scopes.items(), days):
        with use_scope(scope):
            alone, slots = one_by_one(on)
            found = overview(on=on)
        assert (who, found.lines) == (who, alone)
        assert list(found.lines) == list(alone)
        assert (found.full, found.branches) == slots


def test_a_page_of_gaps_is_the_page_of_the_list(places):
    with system_scope(reason="test"):
        for n in range(30):
            make_area("zone", f"空区{n:02}", places["branch2"])
            make_person(f"新党员{n:02}", places[f"branch{n % 3 + 1}"])
        for id, number in product(pack_in_force(on=TODAY).coverages, (1, 2, 9)):
            line, page = gaps_listed(id, on=TODAY, number=number)
            assert line == coverage(id, on=TODAY, gaps=0)
            assert page == gaps_page(id, on=TODAY, number=number)


def test_a_page_of_incomplete_branches_is_the_page_of_the_list(places):
    for n, on in product((1, 3), (TODAY, TOMORROW)):
        with use_scope(Scope(subtrees=(places["top"].node.path,), top=places["top"].node.uuid)):
            page, branches = incomplete_listed(on=on, number=n)
            assert page == incomplete_page(on=on, number=n)
            assert (branches - page.total, branches) == complete_count(on=on)


def test_there_is_something_to_compare(places):
    with system_scope(reason="test"):
        found = overview(on=TODAY)
    assert {id: (line.covered, line.total) for id, line in found.lines.items()} == {
        "members-covered": (3, 9),
        "zones-covered": (2, 3),
        "tasks-covered": (1, 1),
        "teams-covered": (1, 1),
        "contact-leaders": (1, 2),
        "contact-branches": (1, 3),
        "features-registered": (1, 3),
        "flags-registered": (1, 9),
    }
    assert (found.full, found.branches) == (1, 3)
    assert [gap.line.name for gap in found.lines["zones-covered"].gaps] == ["三号皮带"]


def test_what_is_asked_is_put_together_for_whoever_asks(places):
    """The words of the statement are kept; they belong to one scope and one day."""
    for n in (1, 2, 3):
        with use_scope(Scope(subtrees=(places[f"branch{n}"].node.path,), on=TODAY)):
            found = overview(on=TODAY).lines
            assert (found["contact-branches"].total, found["contact-branches"].covered) == (1, int(n == 1))


def test_the_number_of_statements_is_the_same_for_few_and_for_many(places):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries, system_scope(reason="test"):
            overview(on=TODAY)
        return len(queries)

    few = statements()
    for n in range(6):
        make_person(f"新人{n}", places["branch1"])
        make_area("zone", f"新区{n}", places["branch1"])
    assert statements() == few <= 7
