"""A grade of a span that is not over, as it stands: for what a month is expected to give."""

from datetime import date
from pathlib import Path

import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.load import load_pack
from linghang.engine.periods import Month
from linghang.engine.roster import Member, Roster
from linghang.engine.settle.run import Request, settle

PACKS = Path(__file__).parents[2] / "packs"
MARCH, FEBRUARY = Month(2026, 3), Month(2026, 2)


def stars(period: Month, *facts: Fact, running: bool, engine: str) -> list[tuple[int, str | None]]:
    pack, _problems = load_pack(PACKS / "example-star-branch")
    request = Request(pack, "branch-stars", Roster([Member("b", "b", "party")]), period)
    found = settle(request, facts, engine=engine, running=running).tables["grades"]
    return [(row["total"], row["band"]) for row in found.to_pylist()]


def finding(level: str) -> Fact:
    return Fact("branch.finding", "b", date(2026, 1, 10), attributes={"level": level, "repaired": "no"})


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_a_quarter_that_runs_has_a_grade_only_where_asked(engine):
    assert stars(FEBRUARY, running=False, engine=engine) == []
    assert stars(FEBRUARY, running=True, engine=engine) == [(10000, "star5")]


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_effects_hold_while_the_quarter_runs(engine):
    assert stars(FEBRUARY, finding("grave"), running=True, engine=engine) == [(9000, "star3")]


def test_at_the_end_of_a_quarter_it_makes_no_difference():
    for running in (True, False):
        assert stars(MARCH, finding("minor"), running=running, engine="reference") == [(9700, "star5")]
