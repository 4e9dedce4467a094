from datetime import date
from uuid import uuid4

import pytest

from linghang.apps.access.models import ScopeNode
from linghang.ui.web.kept import kept_rows, kept_words
from linghang.ui.web.scope import Scope, use_scope

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
