"""Across December: what is in force goes on and ends in time, late facts count, what is left over is taken on."""

from dataclasses import replace
from datetime import date

from linghang.engine.facts import Fact
from linghang.engine.packs.model import Amount, Item, Judged, Limit, Rate, Row
from linghang.engine.packs.standing_model import Renew, Validity
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.run import settle
from tests.engine.small import BRANCH, CLOSED, both, item, pack_of, request, serve

LAST_YEAR = frozenset((BRANCH, Month(2025, n)) for n in range(1, 13))
DECEMBER, APRIL = Month(2025, 12), Month(2026, 4)


def months(of: Item, *facts: Fact, period: Month = APRIL) -> list[int | None]:
    found = both(request(pack_of(of), period=period, closed=CLOSED | LAST_YEAR), facts)
    return [found.month_total("m", Month(period.year, n)) for n in range(1, period.month + 1)]


def standing(count: int, renew: Renew = Renew.ADD, each: Span = Span.MONTH) -> Item:
    return item(valid=Validity(count, each, renew))


def test_what_began_in_november_counts_until_its_months_are_over() -> None:
    november = serve(date(2025, 11, 10))
    assert months(standing(3), november, period=DECEMBER)[10:] == [100, 100]
    assert months(standing(3), november) == [100, 0, 0, 0]
    assert months(standing(2), november) == [0, 0, 0, 0]
    assert months(standing(14), november)[-1] == 100


def test_once_a_year_it_counts_in_january_again() -> None:
    assert months(standing(3, each=Span.YEAR), serve(date(2025, 11, 10))) == [100, 0, 0, 0]
    assert months(standing(3, each=Span.YEAR), serve(date(2025, 11, 10)), period=DECEMBER)[10:] == [100, 0]


def test_a_renewal_in_january_goes_on_from_the_state_of_december() -> None:
    told = [serve(date(2025, 12, 10)), serve(date(2026, 1, 10))]
    assert months(standing(2, Renew.RESTART), *told) == [100, 100, 0, 0]
    assert months(standing(2, Renew.EXTEND), *told) == [100, 100, 100, 0]


def test_a_record_of_last_november_that_comes_in_february_is_booked_there_for_january() -> None:
    asked = request(pack_of(standing(3)), period=Month(2026, 1), closed=CLOSED | LAST_YEAR)
    january = settle(asked, [])
    later = replace(asked, period=Month(2026, 2), frozen=Frozen(january.tables, Month(2026, 1)))
    for engine in ("duckdb", "reference"):
        found = settle(later, [serve(date(2025, 11, 10))], engine=engine)
        assert [(r["month"], r["booked"], r["counted"]) for r in found.rows("adjustments")] == [
            (Month(2026, 1).index, Month(2026, 2).index, 100)
        ]


def test_what_a_branch_writes_down_as_left_over_from_last_year_counts_within_this_years_limits() -> None:
    left = item(
        kinds=("w.award",), rows=(Row((), Rate(Amount(100), UNIT)),), limits={Span.YEAR: Limit(cap=Amount(500))}
    )
    assert months(left, Fact("w.award", "m", date(2026, 1, 1), 3 * UNIT))[0] == 300
    assert months(left, Fact("w.award", "m", date(2026, 1, 1), 7 * UNIT))[0] == 500
    judged = replace(left, rows=(Row((), Judged(Amount(0), Amount(1000))),))
    assert months(judged, Fact("w.award", "m", date(2025, 12, 31), 3 * UNIT)) == [0, 0, 0, 0]
