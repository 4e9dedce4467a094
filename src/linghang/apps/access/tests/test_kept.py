from datetime import date
from uuid import uuid4

import pytest

from linghang.apps.access.models import ScopeNode
from linghang.ui.web.kept import kept_rows, kept_words
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.scope import Scope, current_scope, use_scope

pytestmark = pytest.mark.django_db
made: list[str] = []


def labels(letter: str):
    made.append(letter)
    return ScopeNode.objects.filter(label__contains=letter).order_by("label").values_list("label")


@pytest.fixture
def tree():
    names = {"00000001/": "甲一", "00000001/00000002/": "甲二", "00000003/": "甲_三", "10000003/": "甲四"}
    rows = [ScopeNode(path=path, label=label, valid_from=date(2026, 1, 1)) for path, label in names.items()]
    ScopeNode._base_manager.bulk_create(rows)


def seen(letter: str = "甲", **scope) -> list[str]:
    with use_scope(Scope(**scope)):
        return [label for (label,) in kept_rows(labels, letter)]


def test_everybody_sees_his_own_places_whoever_asked_before(tree):
    assert seen(subtrees=("00000001/",)) == ["甲一", "甲二"]
    assert seen(subtrees=("00000003/",)) == ["甲_三"]
    assert seen(subtrees=("00000001/00000002/",)) == ["甲二"]
    assert seen(nodes=("00000001/",)) == ["甲一"]
    assert seen(subtrees=("00000003/",), nodes=("00000001/", "10000003/")) == ["甲_三", "甲一", "甲四"]
    assert seen() == []
    assert seen(reader=uuid4()) == []
    assert len(seen(system_reason="test")) == 4


def test_what_means_something_to_the_search_is_taken_as_it_stands(tree):
    assert seen(subtrees=("%",)) == []
    assert seen(subtrees=("_0000003/",)) == []


def test_the_words_are_made_once_for_scopes_of_one_shape(tree):
    made.clear()
    for path in ("00000001/", "00000003/", "10000003/"):
        seen("四", subtrees=(path,))
    assert made == ["四"]


def test_no_place_of_one_reader_stays_in_the_words(tree):
    with use_scope(Scope(subtrees=("00000001/",))):
        first = kept_words(labels, "甲")
    with use_scope(Scope(subtrees=("00000003/",))):
        second = kept_words(labels, "甲")
    assert first[0] == second[0]
    assert ("00000001/%" in first[1], "00000001/%" in second[1]) == (True, False)


def named(keys: tuple[int, ...]):
    made.append("named")
    return ScopeNode.objects.filter(pk__in=keys).select_related("parent").order_by("path")


def at_posts(letter: str):
    """By the keys of places of posts, as cases are asked."""
    keys = [int(path.split("/")[-2]) for _role, path in current_scope().posts]
    return ScopeNode._base_manager.filter(pk__in=keys, label__contains=letter).order_by("path").values_list("pk")


def test_what_is_given_is_put_in_anew_and_only_its_number_matters(tree):
    made.clear()
    keys = {row.label: row.pk for row in ScopeNode._base_manager.all()}
    ScopeNode._base_manager.filter(label="甲二").update(parent=keys["甲一"])
    with use_scope(Scope(subtrees=("00000001/",))):
        first = kept_objects(named, given=(keys["甲一"], keys["甲二"]))
        second = kept_objects(named, given=(keys["甲二"], keys["甲四"]))
        none = kept_objects(named, given=())
    assert [(row.label, row.parent and row.parent.label) for row in first] == [("甲一", None), ("甲二", "甲一")]
    assert [row.label for row in second] == ["甲二"]  # the other one is none of his
    assert none == []
    assert made == ["named", "named"]  # for two keys, and for none


def test_a_kept_row_is_the_row_that_its_query_reads(tree):
    with use_scope(Scope(system_reason="test")):
        keys = tuple(row.pk for row in ScopeNode.objects.all())
        for kept, read in zip(kept_objects(named, given=keys), named(keys), strict=True):
            assert (vars(kept) | {"_state": None}) == (vars(read) | {"_state": None})
            assert (kept._state.adding, kept._state.db) == (read._state.adding, read._state.db)


def test_places_of_posts_are_put_in_anew_by_their_keys(tree):
    keys = {row.path: row.pk for row in ScopeNode._base_manager.all()}
    made_of = [f"{keys['00000001/']}/", f"{keys['00000001/']}/{keys['00000001/00000002/']}/", f"{keys['00000003/']}/"]
    for path in made_of:
        with use_scope(Scope(subtrees=(path,), posts=(("officer", path),))):
            assert kept_rows(at_posts, "甲") == [(int(path.split("/")[-2]),)]


def test_one_plan_serves_every_reader_and_gives_each_his_own(tree):
    for path, labelled in (("00000001/", ["甲一", "甲二"]), ("00000003/", ["甲_三"]), ("10000003/", ["甲四"])):
        with use_scope(Scope(subtrees=(path,))):
            rows = kept_rows(labels, "甲", one_plan=True)
            assert rows == kept_rows(labels, "甲")
        assert [label for (label,) in rows] == labelled
    with use_scope(Scope()):
        assert kept_rows(labels, "甲", one_plan=True) == []


def test_signs_that_mean_something_to_a_statement_are_taken_as_they_stand_with_one_plan(tree):
    ScopeNode._base_manager.filter(label="甲四").update(label="100%的'甲'")
    with use_scope(Scope(subtrees=("1",))):
        assert kept_rows(labels, "%的'甲", one_plan=True) == [("100%的'甲'",)]
        assert kept_rows(labels, "%_的", one_plan=True) == []


def test_rows_of_one_plan_are_the_rows_of_their_query(tree):
    with use_scope(Scope(system_reason="test")):
        keys = tuple(row.pk for row in ScopeNode.objects.all())
        for planned, read in zip(kept_objects(named, given=keys, one_plan=True), named(keys), strict=True):
            assert (vars(planned) | {"_state": None}) == (vars(read) | {"_state": None})
