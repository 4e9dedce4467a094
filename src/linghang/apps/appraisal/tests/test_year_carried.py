"""上年结转: what a year leaves comes into the next by itself, opens to it, and follows what changes afterwards."""

from datetime import date

import pytest

from linghang.apps.appraisal.explaining.lines import priced_line
from linghang.apps.appraisal.models import Run
from linghang.apps.appraisal.months.computing import compute
from linghang.apps.appraisal.queries.inputs import wanted_of
from linghang.apps.appraisal.queries.months import statement_of
from linghang.apps.appraisal.queries.rerun import inputs_of_run
from linghang.apps.appraisal.queries.results import adjustments_of, inputs_of_statement
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, changed_pack, month_unit
from linghang.apps.ledger.queries.settlement import settlement_facts
from linghang.engine.periods import Month
from linghang.engine.settle.explaining.explain import explain
from linghang.ui.web.scope import system_scope

DECEMBER, JANUARY, FEBRUARY = Month(2026, 12), Month(2027, 1), Month(2027, 2)
CARRIED = """
  - id: from-last-year
    title: {zh: 上年结余, en: From last year}
    clause: 第十五条
    category: x
    last_year: {above: 930.00, share: 50%, at_most: 4.00}

grades:
"""


@pytest.fixture
def unit(db) -> MonthUnit:
    pack = changed_pack("carried-pack", lambda text: text.replace("\ngrades:\n", CARRIED))
    return month_unit(branches=1, people=1, pack=pack)


def row(unit: MonthUnit, month: Month):
    with unit.scope():
        return statement_of(unit.people["a"][0], SCHEME, month)


def settled_once_more(unit: MonthUnit, month: Month):
    unit.settle(month, "a")
    return row(unit, month)


def test_what_a_year_leaves_is_unknown_until_it_is_final_and_then_follows_it(unit):
    anna = unit.people["a"][0]
    for number in range(1, 12):
        unit.whole_month(Month(2026, number))
    unit.clock = at(2027, 1, 3)
    unit.open(DECEMBER)
    unit.close("a", DECEMBER)
    unit.settle(DECEMBER, "a")
    unit.clock = at(2027, 2, 3)
    unit.open(JANUARY)
    unit.close("a", JANUARY)

    early = settled_once_more(unit, JANUARY)
    assert (early.state, early.unknown) == ("provisional", ("from-last-year",))

    unit.finalise("a", DECEMBER)  # twelve months of 78.00: 936.00, of which half of 6.00 comes over
    january = settled_once_more(unit, JANUARY)
    assert (january.state, january.counted) == ("complete", 7800 + 300)
    with unit.scope():
        given = inputs_of_statement(january.uuid)
    found = explain(given.plan, given.member, given.facts, JANUARY, given.closed, ties=())
    line = next(line for line in found.lines if line.item == "from-last-year")
    shown = priced_line(given.plan, line)
    assert shown.title == "上年结余（2026年总分 936.00 分，超过 930.00 分的部分，50%，至多 4.00 分；见2026年积分单）"
    assert shown.year_before == 2026

    unit.finalise("a", JANUARY)
    unit.volunteered(anna, date(2026, 12, 20))  # the year's end books 4.00: 940.00, and 4.00 is the most
    unit.clock = at(2027, 3, 3)
    with unit.scope():
        unit.close_year(2026)
    unit.whole_month(FEBRUARY)
    with unit.scope():
        late = [(a.month, a.booked, a.counted) for a in adjustments_of(anna, 2027, SCHEME)]
    assert late == [(JANUARY, FEBRUARY, 100)]
    with system_scope(reason="test"):
        for run in Run.objects.filter(month__gte=JANUARY.index):
            inputs = inputs_of_run(run)
            assert compute(inputs, settlement_facts(wanted_of(inputs))).result_hash == run.result_hash
