"""Spark gives what DuckDB gives, to the last hundredth: on a cluster of two workers that really does the work."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.spark_cluster import Cluster
from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.mechanism_model import Again, Average, Repeat
from linghang.engine.packs.model import Amount, Judged, Row
from linghang.engine.periods import Month, Span
from linghang.engine.settle.backends.spark import SparkEngine
from linghang.engine.settle.run import settle
from linghang.engine.settle.run_cases import run_cases
from tests.engine.small import act, item, member, pack_of, request, serve
from tests.engine.test_grades_further import awarded
from tests.laws.effort import EFFORT
from tests.laws.further_worlds import make_further_world
from tests.laws.laws import same_tables
from tests.laws.worlds import World, make_world

PACKS = Path(__file__).parents[2] / "packs"


@pytest.fixture(scope="module")
def spark(spark_cluster: Cluster) -> SparkEngine:
    return SparkEngine(spark_cluster.url)


def agrees(spark: SparkEngine, world: World) -> None:
    same_tables(settle(world.request, world.facts, engine=spark), settle(world.request, world.facts))


@pytest.mark.parametrize("seed", range(40 if EFFORT == "soak" else 2))
def test_generated_worlds_settle_alike(spark: SparkEngine, seed: int) -> None:
    agrees(spark, make_world(seed, 60))


@pytest.mark.parametrize("seed", range(80 if EFFORT == "soak" else 4))
def test_worlds_with_every_further_mechanism_settle_alike(spark: SparkEngine, seed: int) -> None:
    agrees(spark, make_further_world(seed, 60))


@pytest.mark.parametrize("name", ["example-4x-points", "example-star-branch", "example-dangjian-plus"])
def test_the_shipped_packs_settle_their_worked_cases(spark: SparkEngine, name: str) -> None:
    pack, _ = load_pack(PACKS / name)
    assert pack
    cases = [case for case in read_cases(PACKS / name, pack)[0] if not case.late]
    assert len(cases) > 5
    failed = [f"{r.case.title}: {r.differences}" for r in run_cases(pack, cases, engine=spark) if not r.passed]
    assert not failed, "\n".join(failed)


def test_what_is_held_against_the_best_of_all_settles_alike(spark: SparkEngine) -> None:
    folder = PACKS.parent / "tests" / "packs-schemes" / "best-and-others"
    pack, _ = load_pack(folder)
    assert pack
    cases = [case for case in read_cases(folder, pack)[0] if "posts" in case.expect.items]
    assert len(cases) > 1
    failed = [f"{r.case.title}: {r.differences}" for r in run_cases(pack, cases, engine=spark) if not r.passed]
    assert not failed, "\n".join(failed)


def test_what_repeats_alike_and_means_without_their_ends_settle_alike(spark: SparkEngine) -> None:
    acts = item("a", ("w.act",), -200, repeat=Repeat(2, 150, Span.YEAR, ("level",), (Again(3, 200),)))
    judged = (Row((), Judged(Amount(0), Amount(100_000))),)
    months, quarters = Average(drop=1), Average(drop=1, span=Span.QUARTER)
    means = [item(f"m{n}", ("w.award",), rows=judged, average=mean) for n, mean in enumerate((months, quarters))]
    facts = [act(date(2026, month, day), 1, level) for month in (1, 2, 3) for day, level in ((1, "low"), (2, "high"))]
    facts += [awarded(points, "m", date(2026, 1 + n % 3, n + 1)) for n, points in enumerate((9, 1, 5, 7, 8, 2, 4))]
    asked = request(pack_of(acts, *means), member(), period=Month(2026, 3))
    on_spark = settle(asked, facts, engine=spark)
    same_tables(on_spark, settle(asked, facts))
    same_tables(on_spark, settle(asked, facts, engine="reference"))
    assert {row["item"] for row in on_spark.rows("items")} == {"a", "m0", "m1"}


def written(path: Path, facts: list[Fact]) -> FactFile:
    """Facts with codes of subjects, and reversals by record."""
    columns = {
        "subject": [f.subject for f in facts],
        "occurred_on": [f.occurred_on for f in facts],
        "kind": [f.kind for f in facts],
        "quantity": [f.quantity for f in facts],
        "sequence": list(range(len(facts))),
        "event": [f.event for f in facts],
        "role": [f.attributes.get("role") for f in facts],
        "level": [f.attributes.get("level") for f in facts],
        "record": [str(n) for n in range(len(facts))],
        "reverses": ["0" if n == len(facts) - 1 else None for n in range(len(facts))],
    }
    pq.write_table(pa.table(columns), path)
    return FactFile(path, codes=True)


def test_a_file_with_codes_and_a_reversal_settles_like_on_duckdb(spark: SparkEngine, tmp_path: Path) -> None:
    world = make_world(5, 40)
    facts = sorted((f for f in world.facts if not f.reverses), key=lambda f: f.order)
    file = written(tmp_path / "f.parquet", [*facts, facts[0]])
    on_spark = settle(world.request, file, engine=spark)
    same_tables(on_spark, settle(world.request, file))
    same_tables(on_spark, settle(world.request, facts[1:]))


def test_a_place_without_any_fact_has_months_all_the_same(spark: SparkEngine) -> None:
    agrees(spark, replace(make_world(1, 0), facts=()))


def test_sums_beyond_64_bits_stop(spark: SparkEngine) -> None:
    pack = pack_of(item(points=2**61))
    facts = [serve(Month(2026, 1).first, n) for n in range(8)]
    with pytest.raises(OverflowError):
        settle(request(pack, period=Month(2026, 1)), facts, engine=spark)
