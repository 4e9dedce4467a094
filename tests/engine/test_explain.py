"""What the explanation says about a month and about the next band is true when it is tried."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.facts import Fact
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.explaining.explain import Explanation, clause, cut_words, explain, line_words, to_text
from linghang.engine.settle.explaining.others import Others
from linghang.engine.settle.explaining.what_if import WhatIf
from linghang.engine.settle.plainly.reference import settle_member
from linghang.engine.settle.results import Cut, State
from linghang.engine.settle.run import Request, settle
from linghang.engine.settle.validate import check_facts
from tests.engine.test_compiled_sql import PACKS
from tests.laws.effort import trying
from tests.laws.further_worlds import further_worlds
from tests.laws.worlds import World, worlds

MARCH, BRANCH = Month(2026, 3), "一支部"


@pytest.fixture(scope="module")
def pack() -> Pack:
    found, problems = load_pack(PACKS / "example-4x-points")
    assert found is not None, list(problems)
    return found


def volunteer(day: date, event: str, role: str = "participant", hours: int = 1) -> Fact:
    return Fact("service.volunteer", "m", day, hours * UNIT, {"role": role}, event)


def explained(pack: Pack, facts: list[Fact], closed: bool = True, member: Member | None = None) -> Explanation:
    plan = compile_plan(pack, "member-points", MARCH)
    good, problems = check_facts(plan, facts)
    assert not problems.errors, list(problems)
    months = frozenset((BRANCH, m) for m in plan.months) if closed else frozenset()
    return explain(plan, member or Member("m", "王×", BRANCH), good, MARCH, months)


def roles(pack: Pack) -> list[str]:
    return list(pack.kinds["service.volunteer"].attributes["role"].values)


def test_the_sentence_names_every_item_that_changed_and_their_changes_add_up(pack: Pack) -> None:
    person = roles(pack)[0]
    facts = [volunteer(date(2026, 2, 3), "a", person), volunteer(date(2026, 3, 3), "b", person)]
    facts.append(volunteer(date(2026, 3, 4), "c", person))
    found = explained(pack, facts)
    assert found.sentence == "3月得 84.00 分，比2月多 2.00：志愿服务 +2.00。"


def test_a_month_without_change_says_so(pack: Pack) -> None:
    assert explained(pack, []).sentence == "3月得 78.00 分，和2月相同。"


def test_before_closing_the_shortfall_is_named_as_not_known(pack: Pack) -> None:
    found = explained(pack, [], closed=False)
    assert found.state is State.PROVISIONAL
    assert found.unknown == ("志愿服务每月至少1次",)
    assert found.total == 8000


def test_somebody_exempt_all_month_gets_a_sentence_and_no_total(pack: Pack) -> None:
    found = explained(pack, [], member=Member("m", "王×", BRANCH, member_class="年老体弱"))
    assert (found.state, found.total, found.grades) == (State.EXEMPT, None, ())
    assert "免评" in found.sentence


def test_the_text_holds_each_line_with_its_clause_and_why_it_was_cut(pack: Pack) -> None:
    person = roles(pack)[0]
    found = explained(pack, [volunteer(date(2026, 3, d), f"e{d}", person) for d in (3, 4, 5)])
    text = to_text(compile_plan(pack, "member-points", MARCH), found)
    assert "第十条第一款 · 本项月上限，2.00 未计" in text
    assert "服务基础分 · 基础分" in text


def test_cuts_are_named_in_words() -> None:
    reasons = ["excuse", "duplicate", "item.quarter", "category.year", "total.month"]
    words = [cut_words(Cut(r, 100)) for r in reasons]
    assert words == ["符合不计情形", "同一活动只计一次", "本项季上限", "本类年上限", "总分月上限"]
    assert cut_words(Cut("item.month", -100)) == "本项月下限"


@trying(20)
@given(worlds())
def test_what_is_said_to_reach_the_next_band_reaches_it_and_one_fact_less_does_not(world: World) -> None:
    plan = compile_plan(world.pack, "s", world.period)
    for member in world.roster:
        found = explain(plan, member, world.facts, world.period, world.closed)
        for grade in found.grades:
            for option in grade.options:
                assert option.total >= grade.total + grade.missing
                assert span_total(world, member, option.facts) == option.total
                assert span_total(world, member, option.facts[:-1]) < grade.total + grade.missing


def span_total(world: World, member: Member, more: tuple[Fact, ...]) -> int:
    """The quarter's total so far with further facts, settled by the other engine."""
    request = replace(world.request, roster=Roster([member]))
    facts = [f for f in world.facts if f.subject == member.code]
    result = settle(request, [*facts, *more])
    first = Month(world.period.year, 3 * world.period.quarter - 2)
    return sum(r["counted"] or 0 for r in result.rows("months") if r["month"] >= first.index)


@trying(12)
@given(further_worlds())
def test_a_way_to_the_next_band_is_right_among_quotas_parts_and_comparisons(world: World) -> None:
    plan = compile_plan(world.pack, "s", world.period)
    others = Others(plan, world.roster, world.facts, world.closed)
    titles = {b.id: b.title for g in plan.grades for b in g.bands}
    for member in list(world.roster)[:2]:
        found = explain(plan, member, (), world.period, world.closed, others=others)
        for option in (option for grade in found.grades for option in grade.options):
            result = settle(world.request, [*world.facts, *option.facts], running=True)
            (row,) = result.rows("grades", subject=world.roster.position(member.code), month=world.period.index)
            assert (row["total"], titles[row["band"]]) == (option.total, option.band)


@trying(30)
@given(st.one_of(worlds(), further_worlds()), st.integers(0, 2**32))
def test_trying_further_facts_in_the_last_month_equals_settling_anew_each_time(world: World, seed: int) -> None:
    plan, random = compile_plan(world.pack, "s", world.period), Random(seed)
    around = Others(plan, world.roster, world.facts, world.closed).around
    this_month = [f for f in world.facts if Month.of(f.occurred_on) == world.period and not f.reverses]
    for member in list(world.roster)[:2]:
        own = [f for f in world.facts if f.subject == member.code]
        tried = WhatIf(plan, member, own, world.closed, around)
        for _ in range(3):
            chosen = random.sample(this_month, min(len(this_month), random.randint(0, 4)))
            added = [replace(f, subject=member.code, sequence=f.sequence + 100) for f in chosen]
            assert tried.with_more(added) == settle_member(plan, member, [*own, *added], world.closed, around)


@trying(40)
@given(st.one_of(worlds(), further_worlds()))
def test_every_line_has_words_and_the_lines_sum_to_the_total(world: World) -> None:
    plan = compile_plan(world.pack, "s", world.period)
    others = Others(plan, world.roster, world.facts, world.closed)
    for member in world.roster:
        found = explain(plan, member, (), world.period, world.closed, prove=False, others=others)
        assert sum(line.counted for line in found.lines) == (found.total or 0)
        assert all(line_words(plan, line) and clause(plan, line) for line in found.lines)
        assert to_text(plan, found).startswith(member.name)


def test_request_is_what_the_engines_settle(pack: Pack) -> None:
    roster = Roster([Member("m", "王×", BRANCH)])
    request = Request(pack, "member-points", roster, MARCH, frozenset({(BRANCH, MARCH)}))
    assert settle(request, []).month_total("m", MARCH) == explained(pack, []).total
