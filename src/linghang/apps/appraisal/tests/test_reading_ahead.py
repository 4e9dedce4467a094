"""Rules in force are read before somebody waits for them."""

import pytest

from linghang.apps.appraisal.models import PackVersion
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.queries.reading_ahead import read_ahead
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.engine.periods import Month

FEB = at(2026, 2, 20).date()


@pytest.fixture
def unit(db) -> MonthUnit:
    made = month_unit(branches=1, people=1)
    for kept in (pack_of, plan_of):
        kept.cache_clear()
    return made


def test_the_rules_of_the_last_month_are_there_without_asking_the_database(unit, django_assert_num_queries):
    read_ahead(FEB)
    with django_assert_num_queries(0):
        assert plan_of(unit.binding.version.uuid, SCHEME, Month(2026, 1)).scheme.id == SCHEME


def test_a_pack_that_cannot_be_read_is_left_to_whoever_asks_for_it(unit, monkeypatch):
    monkeypatch.setattr(PackVersion._meta.get_field("files"), "from_db_value", lambda *_any: {}, raising=False)
    read_ahead(FEB)
    assert pack_of.cache_info().currsize == 0


def test_without_a_unit_there_is_nothing_to_read(db):
    read_ahead(FEB)
