"""What the compiled SQL may hold: whole numbers and fixed names, never a pack's text and never a rounding cast."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import expressions as exp

from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.backends.sql import placed, pricing
from tests.laws.further_worlds import make_further_world
from tests.laws.worlds import make_world

PACKS = Path(__file__).parents[2] / "packs"


def plans() -> Iterator[tuple[str, Plan]]:
    pack, _ = load_pack(PACKS / "example-4x-points")
    assert pack is not None
    yield "example", compile_plan(pack, "member-points", Month(2026, 12))
    for seed in range(8):
        world = make_world(seed, 0)
        yield f"world {seed}", compile_plan(world.pack, "s", world.period)


def further_plans() -> Iterator[tuple[str, Plan]]:
    for seed in range(12):
        world = make_further_world(seed, 0)
        yield f"further {seed}", compile_plan(world.pack, "s", world.period)


PLANS = dict(plans())
ALL = PLANS | dict(further_plans())


def trees(plan: Plan) -> list[exp.Expression]:
    texts = [placed(plan, pricing(plan, has_unscored=found), low=0, size=7) for found in (False, True)]
    return [sqlglot.parse_one(text, dialect="duckdb") for text in texts]


@pytest.mark.parametrize("name", ALL)
def test_sql_divides_whole_numbers_only_and_casts_only_to_whole_numbers(name: str) -> None:
    for tree in trees(ALL[name]):
        assert not list(tree.find_all(exp.Div, exp.Round, exp.Floor, exp.Ceil, exp.Avg))
        kinds = {str(cast.to) for cast in tree.find_all(exp.Cast)}
        assert kinds <= {"BIGINT", "INT", "HUGEINT", "INT128"}


@pytest.mark.parametrize("name", ALL)
def test_no_word_of_a_pack_stands_in_the_sql(name: str) -> None:
    plan = ALL[name]
    for tree in trees(plan):
        texts = {literal.this for literal in tree.find_all(exp.Literal) if literal.is_string}
        assert texts <= {""}
        names = {identifier.name for identifier in tree.find_all(exp.Identifier)}
        assert not names & words_of(plan.pack)


def words_of(pack: Pack) -> set[str]:
    """Ids and titles that only the pack knows, those aside that SQL columns happen to share."""
    words = set(pack.kinds) | {a for k in pack.kinds.values() for a in k.attributes}
    words |= {i.id for s in pack.schemes.values() for i in s.items}
    words |= {k.title["zh"] for k in pack.kinds.values()}
    return {w for w in words if not (w[0] in "abcit" and w[1:].isdigit())}


# (SQL, rules): a change here makes stored results of earlier months unusable and must be meant
UNCHANGED = {
    "example": ("779257c7fd28e632", "1d19b2c988af2d04"),
    "world 0": ("c4f51e8f4ceefd13", "d72b944dd1c31523"),
    "world 1": ("37c2937f44809254", "d85d3f941ba9461e"),
    "world 2": ("171be3466d0aa398", "d2625823ce6cd60d"),
    "world 3": ("393b8ac7febdb594", "61ebcd9f7fe1bcbf"),
    "world 4": ("159d3463ca0291bd", "63149a54caf6b9f9"),
    "world 5": ("05631f2d2a02ae64", "035ec52e7f4166d8"),
    "world 6": ("0e20d4f236dfff08", "4e0562c327585272"),
    "world 7": ("addfeaa6fe2116f7", "c0c50e2f81533bed"),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_without_further_mechanisms_compiles_as_it_did_before_there_were_any(name: str) -> None:
    digest = hashlib.sha256()
    for found in (False, True):
        digest.update(placed(PLANS[name], pricing(PLANS[name], has_unscored=found), low=0, size=7).encode())
    assert (digest.hexdigest()[:16], PLANS[name].rules_hash[:16]) == UNCHANGED[name]


def test_what_a_plan_does_not_need_is_not_written() -> None:
    worlds = [make_world(s, 0) for s in range(99)]
    plans = [compile_plan(w.pack, "s", w.period) for w in worlds]
    one_epoch = next(p for p in plans if len(set(p.epochs)) == 1)
    assert "JOIN months" not in pricing(one_epoch, has_unscored=False)
    assert "unscored" not in pricing(one_epoch, has_unscored=False)
    assert "JOIN months" in pricing(next(p for p in plans if len(set(p.epochs)) > 1), has_unscored=False)
