"""Law 3 in PostgreSQL: what is generated, and what packs have as worked cases, settles there to the last hundredth."""

from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.load import load_pack
from linghang.engine.settle import parts
from linghang.engine.settle.backends import dialects, postgres_tables
from linghang.engine.settle.backends.postgres import PostgresEngine
from linghang.engine.settle.run import settle
from linghang.engine.settle.run_cases import run_cases
from tests.laws import laws
from tests.laws.effort import hunting, trying
from tests.laws.further_worlds import further_worlds
from tests.laws.laws import same_tables
from tests.laws.worlds import World, worlds

ROOT = Path(__file__).parents[2]
PACKS = sorted(p.parent for top in ("packs", "tests/packs-schemes") for p in (ROOT / top).glob("*/pack.yaml"))


def agrees(world: World, engine: PostgresEngine) -> None:
    """The same tables and the same hash as DuckDB and the reference, and nothing is left in the database."""
    there = settle(world.request, world.facts, engine=engine)
    same_tables(settle(world.request, world.facts, engine="duckdb"), there)
    same_tables(settle(world.request, world.facts, engine="reference"), there)
    assert (there.engine, sorted(there.versions)) == ("postgres", ["postgres", "sqlglot"])


@trying(60)
@given(world=worlds())
def test_postgres_agrees_with_duckdb_and_the_reference(postgres: PostgresEngine, world: World) -> None:
    agrees(world, postgres)


@trying(80)
@given(world=further_worlds())
def test_postgres_agrees_with_every_further_mechanism(postgres: PostgresEngine, world: World) -> None:
    agrees(world, postgres)


@trying(15)
@given(world=further_worlds(), rows=st.integers(1, 30))
def test_postgres_agrees_when_members_are_settled_in_chunks(postgres: PostgresEngine, world: World, rows: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ROWS_PER_CHUNK", rows)
        patch.setattr(parts, "CELLS_PER_PART", rows * 7)
        patch.setattr(postgres_tables, "AT_ONCE", 1 + rows % 4)
        there = settle(world.request, world.facts, engine=postgres)
    same_tables(settle(world.request, world.facts), there)


@trying(6)
@given(world=further_worlds(), data=st.data())
def test_final_means_final_in_postgres_too(postgres: PostgresEngine, world: World, data: st.DataObject) -> None:
    slots = data.draw(st.lists(st.integers(0, 3), min_size=len(world.facts), max_size=len(world.facts)))
    laws.final_means_final(world, slots, postgres)


@pytest.mark.parametrize("folder", PACKS, ids=lambda p: p.name)
def test_the_worked_cases_of_every_pack_come_out_in_postgres(postgres: PostgresEngine, folder: Path) -> None:
    pack, problems = load_pack(folder)
    assert pack, "\n".join(str(p) for p in problems)
    cases, _ = read_cases(folder, pack)
    assert cases or folder.name == "national"
    failed = [f"{r.case.title}: {r.differences}" for r in run_cases(pack, cases, engine=postgres) if not r.passed]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("COALESCE(f.a0, '\x1f') = COALESCE(l.a0, '\x1f')", "f.a0 = l.a0"),
        ("WHEN n >= ", "WHEN n > "),
    ],
)
def test_a_word_that_goes_wrong_on_the_way_is_noticed(
    postgres: PostgresEngine, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str
) -> None:
    monkeypatch.setattr(postgres_tables, "in_dialect", lambda *told: dialects.in_dialect(*told).replace(right, wrong))

    @hunting()
    @given(further_worlds())
    def hunt(world: World) -> None:
        same_tables(settle(world.request, world.facts), settle(world.request, world.facts, engine=postgres))

    with pytest.raises((AssertionError, ExceptionGroup, psycopg.Error)):
        hunt()
