"""Facts handed over as Parquet settle like the same facts as objects, and what is wrong with them is named by row."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.settle.fact_file import check_fact_file, facts_of, is_fact_file
from linghang.engine.settle.run import settle
from tests.laws.laws import same_tables
from tests.laws.worlds import World, make_world


def write(path: Path, facts: list[Fact], **more: list[object]) -> Path:
    columns: dict[str, list[object]] = {
        "subject": [f.subject for f in facts],
        "occurred_on": [f.occurred_on for f in facts],
        "kind": [f.kind for f in facts],
        "quantity": [f.quantity for f in facts],
        "sequence": list(range(len(facts))),
        "event": [f.event for f in facts],
        "role": [f.attributes.get("role") for f in facts],
        "level": [f.attributes.get("level") for f in facts],
    }
    pq.write_table(pa.table(columns | more), path)
    return path


def plain(world: World) -> list[Fact]:
    return sorted((f for f in world.facts if not f.reverses), key=lambda f: f.order)


@pytest.mark.parametrize("seed", range(6))
def test_a_file_of_facts_settles_like_the_facts_themselves(tmp_path: Path, seed: int) -> None:
    world = make_world(seed, 50)
    path = write(tmp_path / "f.parquet", plain(world))
    assert is_fact_file(path)
    file, problems = check_fact_file(path, pack=world.pack, roster=world.roster, period=world.period)
    assert not len(problems), list(problems)
    same_tables(settle(world.request, file), settle(world.request, plain(world)))


def test_a_reversal_in_the_file_cancels_its_record(tmp_path: Path) -> None:
    world = make_world(3, 30)
    facts = plain(world)
    records = [f"r{n}" for n in range(len(facts))]
    reverses: list[object] = [None] * len(facts)
    both = [*facts, facts[4]]
    path = write(tmp_path / "f.parquet", both, record=[*records, "x"], reverses=[*reverses, "r4"])
    file, _ = check_fact_file(path, pack=world.pack, roster=world.roster, period=world.period)
    without = facts[:4] + facts[5:]
    same_tables(settle(world.request, file), settle(world.request, without))


def test_everything_wrong_with_a_file_is_named_by_row(tmp_path: Path) -> None:
    world = make_world(1, 0)
    code = world.roster.members[0].code
    good = {"role": "lead", "level": "low"}
    facts = [
        Fact("w.act", "nobody", date(2026, 1, 1), UNIT, good),
        Fact("w.unheard", code, date(2026, 1, 2), UNIT, good),
        Fact("w.act", code, date(2027, 1, 3), UNIT, good),
        Fact("w.act", code, date(2026, 1, 4), 10**9, good),
        Fact("w.act", code, date(2026, 1, 5), UNIT, {"role": "lead", "level": "highest"}),
        Fact("w.act", code, date(2026, 1, 6), UNIT, {"role": "lead"}),
    ]
    path = write(tmp_path / "f.parquet", facts)
    _, problems = check_fact_file(path, pack=world.pack, roster=world.roster, period=Month(2026, 12))
    found = {(p.place.line, p.code) for p in problems}
    assert found == {
        (1, "unknown-member"), (2, "unknown-kind"), (3, "out-of-period"),
        (4, "quantity-range"), (5, "unknown-value"), (6, "unknown-value"),
    }  # fmt: skip


def test_two_rows_at_the_same_place_in_the_order_are_a_problem(tmp_path: Path) -> None:
    world = make_world(1, 0)
    fact = Fact("w.serve", world.roster.members[0].code, date(2026, 1, 1))
    path = write(tmp_path / "f.parquet", [fact, fact], sequence=[7, 7])
    _, problems = check_fact_file(path, pack=world.pack, roster=world.roster, period=Month(2026, 12))
    assert [p.code for p in problems] == ["duplicate"]


def test_many_equal_findings_are_counted_not_listed(tmp_path: Path) -> None:
    world = make_world(1, 0)
    facts = [Fact("w.serve", "nobody", date(2026, 1, 1), sequence=n) for n in range(50)]
    _, problems = check_fact_file(
        write(tmp_path / "f.parquet", facts), pack=world.pack, roster=world.roster, period=Month(2026, 12)
    )
    assert len(problems) == 21
    assert "还有 30 处" in next(p.message for p in problems if not p.place.line)


def test_one_members_facts_are_read_back_as_objects(tmp_path: Path) -> None:
    world = make_world(5, 40)
    facts = plain(world)
    file, _ = check_fact_file(
        write(tmp_path / "f.parquet", facts), pack=world.pack, roster=world.roster, period=world.period
    )
    code = facts[0].subject
    found = facts_of(file, world.roster, code)
    assert [(f.kind, f.occurred_on, f.quantity, dict(f.attributes)) for f in found] == [
        (f.kind, f.occurred_on, f.quantity, dict(f.attributes)) for f in facts if f.subject == code
    ]


def test_somebodys_table_saved_as_parquet_is_no_file_of_facts(tmp_path: Path) -> None:
    pq.write_table(pa.table({"姓名": ["王×"]}), tmp_path / "t.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    assert not is_fact_file(tmp_path / "t.parquet")
    assert not is_fact_file(tmp_path / "broken.parquet")
    assert not is_fact_file(tmp_path / "nowhere.parquet")
