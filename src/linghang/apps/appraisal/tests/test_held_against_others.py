"""A scheme that gives points by place among the members of a branch: months open line by line, now and as settled."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.queries import results
from linghang.apps.appraisal.queries.inputs import facts_of
from linghang.apps.appraisal.queries.recalculation import branch_month
from linghang.apps.appraisal.queries.results import inputs_of_statement
from linghang.apps.appraisal.queries.statements import statement_page
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, changed_pack, month_unit, with_places
from linghang.engine.periods import Month
from linghang.engine.settle.explaining.explain import explain
from linghang.ui.web.errors import DomainError

JAN, FEB = Month(2026, 1), Month(2026, 2)


@pytest.fixture
def unit(db, settings, tmp_path) -> MonthUnit:
    return lived(settings, tmp_path)


def lived(settings, tmp_path, branches: int = 1) -> MonthUnit:
    """January of a unit in which the first two members of branch a served six hours and two."""
    settings.DATA_DIR = tmp_path
    made = month_unit(branches=branches, people=3, pack=changed_pack("example-places", with_places))
    first, second, _third = made.people["a"]
    made.volunteered(first, date(2026, 1, 10), quantity=60_000)
    made.volunteered(second, date(2026, 1, 10))
    made.whole_month(JAN)
    return made


def page(unit: MonthUnit, person: int, month: Month):
    with unit.scope("a-secretary"):
        return statement_page(unit.viewer("a-secretary"), unit.people["a"][person], SCHEME, month, on=unit.clock.date())


@pytest.mark.parametrize(("person", "worth"), [(0, 300), (1, 100), (2, 0)])
def test_the_lines_of_a_settled_month_hold_the_place_and_add_up(unit, person, worth):
    found = page(unit, person, JAN)
    assert sum(line.counted for line in found.lines) == found.total
    assert sum(line.counted for line in found.lines if "第十四条" in line.clause) == worth


def test_the_open_month_and_what_came_late_open_too(unit, settings):
    second = unit.people["a"][1]
    unit.clock = at(2026, 2, 20)
    settings.DEMO_TODAY = unit.clock.date()
    unit.open(FEB)
    unit.volunteered(second, date(2026, 2, 3))
    client = Client()
    client.force_login(unit.users["a-secretary"], backend="django.contrib.auth.backends.ModelBackend")
    live = client.get(reverse("appraisal:statement", args=[second, SCHEME, FEB]))
    assert live.status_code == 200
    assert "志愿服务时长名次" in live.content.decode()
    unit.volunteered(second, date(2026, 1, 11), quantity=90_000)
    unit.whole_month(FEB)
    settings.DEMO_TODAY = unit.clock.date()
    shown = page(unit, 1, FEB)
    assert [(late.month, late.counted > 0) for late in shown.adjustments] == [(JAN, True)]
    opened = client.get(reverse("appraisal:adjustment", args=[shown.adjustments[0].uuid]))
    assert opened.status_code == 200
    assert "志愿服务时长名次" in opened.content.decode()


def test_the_workbook_says_that_it_cannot_compute_places(unit):
    with unit.scope("a-secretary"), pytest.raises(DomainError) as caught:
        branch_month(unit.book("a", JAN).uuid)
    assert caught.value.code == "not_by_itself"


def test_a_page_reads_the_branch_only_since_nobody_is_held_against_others_beyond(db, settings, tmp_path, monkeypatch):
    unit = lived(settings, tmp_path, branches=3)
    read = []
    monkeypatch.setattr(results, "facts_of", lambda inputs: (read.append(len(inputs.subjects)), facts_of(inputs))[1])
    found = page(unit, 0, JAN)
    assert sum(line.counted for line in found.lines) == found.total
    assert [line.counted for line in found.lines if "第十四条" in line.clause] == [300]
    assert read == [3]  # of nine under the binding


def test_the_lines_of_places_are_explained_with_those_beside_whom_one_stands(unit):
    with unit.scope("a-secretary"):
        given = inputs_of_statement(page(unit, 0, JAN).uuid)
    told = explain(given.plan, given.member, given.facts, given.month, given.closed, others=given.others)
    assert told.total == page(unit, 0, JAN).total
    assert told.standings["hours-place"].place == 1
