"""The order of the roster, and its pages: each is that part of everybody in order which it says that it is."""

from datetime import date
from importlib import import_module
from random import Random

import pytest
from django.db import connection

from linghang.apps.access.tests.world import NOW, TODAY
from linghang.apps.org.data import NewPerson
from linghang.apps.org.models import RosterSpan
from linghang.apps.org.operations import add_people, correct_person, transfer_person
from linghang.apps.org.queries.roster import roster_page, roster_rows
from linghang.apps.org.queries.roster_order import RosterFilter, keys_page, spans_ordered
from linghang.apps.org.tests.pages_world import enter
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.paging import PER_PAGE
from linghang.ui.web.scope import Scope, system_scope, use_scope
from linghang.ui.web.writing import SYSTEM

SOUNDS = ("陈丽", "单雄", "曾国华", "张伟", "章伟", "张薇", "李安", "连杰", "重阳", "Ann Lee", "阿依古丽·买买提")
LATER = date(2025, 6, 1)


def names_of(place) -> list[str]:
    with use_scope(Scope(nodes=(place.node.path,))):
        return [row.name for row in roster_rows(RosterFilter(on=TODAY))]


def test_people_of_a_branch_stand_as_their_names_sound(below):
    for name in SOUNDS:
        enter(name, below)
    in_order = ["Ann Lee", "阿依古丽·买买提", "陈丽", "重阳", "李安", "连杰", "单雄", "曾国华", "张伟", "张薇", "章伟"]
    assert names_of(below) == in_order
    with use_scope(Scope(nodes=(below.node.path,))):
        assert [row.name for row in roster_page(RosterFilter(on=TODAY), number=1).rows] == in_order


def test_who_gets_another_name_stands_where_that_one_sounds(below):
    first, _second = enter("安宁", below), enter("白雪", below)
    with system_scope(reason="test"):
        correct_person(person=first, name="赵宁", code="", aliases=(), born_year=None, actor=SYSTEM)
    assert names_of(below) == ["白雪", "赵宁"]


def test_rosters_that_stood_before_are_put_in_order_by_the_upgrade(below):
    for name in SOUNDS:
        enter(name, below)
    before = names_of(below)
    RosterSpan._base_manager.update(sound="")
    assert names_of(below) != before
    with connection.schema_editor() as editor:
        import_module("linghang.apps.org.migrations.0024_rosterspan_sound_filled").fill(None, editor)
    assert names_of(below) == before


@pytest.fixture
def crowd(units):
    """Some hundred people at places of very different size, some of whom have moved."""
    chance = Random(20260121)
    places = [*units.values(), *(make_organisation("branch", f"第{n}党支部", units["own"]) for n in range(6))]
    heavy = [place for place in places if place.node.label.endswith("支部")]
    with system_scope(reason="test"):
        rows = [
            NewPerson(
                name=chance.choice("张章李陈曾单王赵") + chance.choice("伟薇丽安宁") + chance.choice(("", "国", "华")),
                since=date(2024, 3, 1),
                branch=chance.choice(heavy[:2] * 4 + heavy[:-1]).uuid,  # the last of them stays empty
                standing=chance.choice(("full_member", "probationary", "masses")),
                person_class=chance.choice(("在职", "离退休")),
            )
            for _ in range(180)
        ]
        people = add_people(rows=rows, actor=SYSTEM, now=NOW).people
        there = heavy[-2].uuid
        for person in [person for person, row in zip(people, rows, strict=True) if row.branch != there][::9]:
            transfer_person(person=person, to_organisation=there, valid_from=LATER, actor=SYSTEM, now=NOW)
    return units


ASKED = (
    {},
    {"on": date(2025, 1, 1)},
    {"on": date(2020, 1, 1)},
    {"search": "张"},
    {"search": "没有"},
    {"place": "支部"},
    {"standing": "party"},
    {"standing": "masses", "person_class": "离退休"},
    {"state": "away"},
    {"place": "磨浮", "standing": "full_member", "on": LATER},
)


def scopes_of(units):
    path = {name: place.node.path for name, place in units.items()}
    return (
        Scope(system_reason="test"),
        Scope(subtrees=(path["parent"],)),
        Scope(subtrees=(path["own"],), nodes=(path["other_top"],)),
        Scope(nodes=(path["below"],)),
        Scope(subtrees=(path["sibling"], path["below"])),
        Scope(subtrees=(path["sibling"],)),
        Scope(),
    )


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_page_is_the_part_of_the_whole_list_that_it_says(crowd, asked):
    for scope in scopes_of(crowd):
        wanted = RosterFilter(**({"on": TODAY, "below": None} | asked))
        with use_scope(scope):
            every = list(spans_ordered(wanted).values_list("pk", flat=True))
            pages = max(1, -(-len(every) // PER_PAGE))
            for number in range(1, pages + 1):
                page = keys_page(wanted, number=number)
                assert list(page.rows) == every[(number - 1) * PER_PAGE : number * PER_PAGE]
                assert (page.total, page.number) == (len(every), number)
            beyond = keys_page(wanted, number=pages + 3)
            assert (beyond.number, beyond.total) == (pages, len(every))
            assert list(beyond.rows) == every[(pages - 1) * PER_PAGE :]


def test_below_an_organisation_pages_hold_those_below_alone(crowd):
    wanted = RosterFilter(on=TODAY, below=crowd["own"].uuid)
    with use_scope(Scope(subtrees=(crowd["parent"].node.path,))):
        every = list(spans_ordered(wanted).values_list("pk", flat=True))
        assert len(every) > PER_PAGE
        assert list(keys_page(wanted, number=2).rows) == every[PER_PAGE : 2 * PER_PAGE]
    with use_scope(Scope(nodes=(crowd["below"].node.path,))):
        assert keys_page(wanted, number=1).total == 0  # what he does not see is not there to be asked below
