"""What happens in a zone counts for whoever is responsible for it on that day."""

from dataclasses import replace
from datetime import date

from linghang.engine.facts import Fact
from linghang.engine.packs.model import FactKind
from linghang.engine.periods import Month
from linghang.engine.roster import DateRange
from linghang.engine.settle.plainly.liability import Tie
from tests.engine.small import both, item, member, pack_of, request, serve, title

JANUARY = Month(2026, 1)
HALF = (DateRange(last=date(2026, 1, 15)), DateRange(first=date(2026, 1, 16)))


def totals(facts: list[Fact], *ties: Tie) -> list[int | None]:
    pack = pack_of(item("zone", ("zone.breach",), -500, through="zone-owner"), item("own", points=100))
    pack = replace(pack, kinds=pack.kinds | {"zone.breach": FactKind("zone.breach", title("违章"), "zone", "次", {})})
    asked = replace(request(pack, member("a"), member("b"), period=JANUARY), ties=ties)
    found = both(asked, facts)
    return [found.month_total(code, JANUARY) for code in ("a", "b")]


def breach(day: int, **more: object) -> Fact:
    return Fact("zone.breach", "z1", date(2026, 1, day), **more)


def test_a_breach_counts_for_who_is_responsible_on_its_day() -> None:
    ties = (Tie("zone-owner", "a", "z1", HALF[0]), Tie("zone-owner", "b", "z1", HALF[1]))
    assert totals([breach(15)], *ties) == [-500, 0]
    assert totals([breach(16)], *ties) == [0, -500]


def test_two_who_are_responsible_both_answer_and_nobody_answers_twice() -> None:
    ties = (Tie("zone-owner", "a", "z1"), Tie("zone-owner", "b", "z1"), Tie("zone-owner", "b", "z1", HALF[0]))
    assert totals([breach(5)], *ties) == [-500, -500]


def test_other_links_and_other_zones_make_nobody_responsible() -> None:
    assert totals([breach(5)], Tie("friend", "a", "z1"), Tie("zone-owner", "b", "z2")) == [0, 0]


def test_a_reversed_breach_counts_for_nobody_and_own_facts_stay() -> None:
    wrong = breach(5)
    back = breach(5, sequence=1, reverses=wrong.key)
    assert totals([wrong, back, serve(date(2026, 1, 6), code="a")], Tie("zone-owner", "a", "z1")) == [100, 0]
