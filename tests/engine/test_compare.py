"""Who changes between two settlements, by how much, because of which item."""

from datetime import date

import pytest

from linghang.engine.packs.model import Amount, Limit
from linghang.engine.periods import Month, Span
from linghang.engine.settle.compare import because, compare
from linghang.engine.settle.run import settle
from tests.engine.small import item, member, norm, pack_of, request, serve

MARCH = Month(2026, 3)
FACTS = [serve(date(2026, 3, 2)), serve(date(2026, 3, 3), code="n"), serve(date(2026, 3, 4), code="n")]


def _settled(*items, engine="reference", **scheme):
    asked = request(pack_of(*items, **scheme), member("m"), member("n"), member("o"), period=MARCH)
    return settle(asked, FACTS, engine=engine)


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_a_higher_price_changes_those_who_have_such_records_and_nobody_else(engine):
    found = compare(_settled(item(points=100), engine=engine), _settled(item(points=150), engine=engine))
    assert [(c.member.code, c.before, c.after) for c in found.changed] == [("n", 200, 300), ("m", 100, 150)]
    assert found.unchanged == 1
    assert because(found.changed[0]) == "i +1.00"


def test_what_a_cap_cuts_is_a_part_of_its_own_and_the_parts_add_up():
    capped = {"total_limits": {Span.MONTH: Limit(cap=Amount(220))}}
    found = compare(_settled(item(points=100), **capped), _settled(item(points=150), **capped))
    change = found.changed[0]
    assert (change.member.code, change.difference) in (("m", 50), ("n", 20))
    for each in found.changed:
        assert sum(part.difference for part in each.parts) == each.difference
    assert {p.title for c in found.changed for p in c.parts} == {"i", "总分的上下限"}


def test_a_new_item_and_a_full_mark_are_named():
    found = compare(_settled(item()), _settled(item(), norm(), base=500))
    words = {c.member.code: because(c) for c in found.changed}
    assert words["m"] == "类基础分 +5.00"
    assert words["o"] == "类基础分 +5.00，n −1.00"


def test_equal_packs_change_nobody():
    assert compare(_settled(item()), _settled(item())).changed == ()


def test_settlements_of_other_people_are_not_compared():
    other = settle(request(pack_of(item()), member("x"), period=MARCH), [], engine="reference")
    with pytest.raises(ValueError, match="不能比较"):
        compare(_settled(item()), other)
