"""Parts that outlive a run: they are taken again for the same run, and for no other."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.model import ItemCount, Selection
from linghang.engine.periods import Month
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle import kept, parts
from linghang.engine.settle.engines import DuckEngine
from linghang.engine.settle.kept import KeptParts, file_hash, run_key
from linghang.engine.settle.run import Request, settle, silent
from tests.engine.small import CLOSED, item, member, norm, pack_of, request, serve, title
from tests.laws.laws import same_tables

MARCH = Month(2026, 3)
MEMBERS = [member(f"m{n}") for n in range(9)]


def write(path: Path, count: int = 40) -> FactFile:
    told = [serve(MARCH.first, n, f"m{n % 9}") for n in range(count)]
    columns = {n: [getattr(f, n) for f in told] for n in ("subject", "occurred_on", "kind", "sequence")}
    pq.write_table(pa.table(columns), path)
    return FactFile(path, codes=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Request:
    monkeypatch.setattr(parts, "ROWS_PER_CHUNK", 10)
    return request(pack_of(item(), norm(), base=100), *MEMBERS, period=MARCH)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The parts that are written."""
    found: list[int] = []
    real = KeptParts.take

    def take(self: KeptParts, part: int, result: object) -> None:
        found.append(part)
        real(self, part, result)

    monkeypatch.setattr(KeptParts, "take", take)
    return found


def test_a_second_call_takes_what_is_there_and_gives_the_same(asked: Request, tmp_path: Path, taken: list[int]) -> None:
    facts, engine = write(tmp_path / "f.parquet"), DuckEngine(tmp_path / "kept")
    first = settle(asked, facts, engine=engine)
    assert sorted(taken) == [0, 1, 2, 3]
    steps: list[tuple[str, int, int]] = []
    second = settle(asked, facts, engine=engine, progress=lambda *told: steps.append(told))
    assert len(taken) == 4
    assert steps == [("results", 8, 8)]
    same_tables(first, second)
    same_tables(first, settle(asked, facts))


@pytest.mark.parametrize("damage", ["table", "note", "gone", "list", "more"])
def test_a_part_that_is_not_whole_is_made_again(asked: Request, tmp_path: Path, taken: list[int], damage: str) -> None:
    facts, engine = write(tmp_path / "f.parquet"), DuckEngine(tmp_path / "kept")
    first = settle(asked, facts, engine=engine)
    (folder,) = (tmp_path / "kept").iterdir()
    table, note = folder / "000002-months.parquet", folder / "000002.json"
    match damage:
        case "table":
            table.write_bytes(table.read_bytes()[:-1] + b"?")
        case "gone":
            table.unlink()
        case _:
            note.write_text({"note": "{", "list": "[]", "more": '{"x": "y"}'}[damage], "utf-8")
    taken.clear()
    same_tables(first, settle(asked, facts, engine=engine))
    assert taken == [2]


def test_other_facts_people_closings_rules_or_layouts_are_another_run(
    asked: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, other = write(tmp_path / "f.parquet"), write(tmp_path / "g.parquet", 39)
    plan = compile_plan(asked.pack, "s", MARCH)
    keys = {
        run_key(plan, asked.roster, facts, CLOSED),
        run_key(plan, asked.roster, other, CLOSED),
        run_key(plan, asked.roster, FactFile(facts.path), CLOSED),
        run_key(plan, Roster(MEMBERS[1:]), facts, CLOSED),
        run_key(plan, Roster([replace(MEMBERS[0], organisation="乙"), *MEMBERS[1:]]), facts, CLOSED),
        run_key(plan, asked.roster, facts, frozenset()),
        run_key(compile_plan(pack_of(item(points=150)), "s", MARCH), asked.roster, facts, CLOSED),
        run_key(compile_plan(asked.pack, "s", Month(2026, 2)), asked.roster, facts, CLOSED),
    }
    monkeypatch.setattr(parts, "CELLS_PER_PART", 7)
    keys.add(run_key(plan, asked.roster, facts, CLOSED))
    assert len(keys) == 9
    assert {len(key) for key in keys} == {64}


def test_runs_of_one_folder_stand_beside_each_other(asked: Request, tmp_path: Path) -> None:
    for name, count in (("f", 40), ("g", 30)):
        settle(asked, write(tmp_path / f"{name}.parquet", count), engine=DuckEngine(tmp_path / "kept"))
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_facts_of_earlier_years_are_kept_as_well(tmp_path: Path) -> None:
    wanted = Selection("years", title("几年"), (ItemCount("i", 1, 2),))
    asked = request(pack_of(item(), selections=(wanted,)), *MEMBERS, period=Month(2026, 12))
    table = pq.read_table(write(tmp_path / "f.parquet").path)
    old = pa.array([Month(2025, 5).first] * table.num_rows, pa.date32())
    pq.write_table(table.set_column(1, "occurred_on", old), tmp_path / "f.parquet")
    facts, engine = FactFile(tmp_path / "f.parquet", codes=True), DuckEngine(tmp_path / "kept")
    first, again = (settle(asked, facts, engine=engine) for _ in range(2))
    assert len(again.rows("selections")) == 9
    same_tables(first, again)


def test_facts_as_objects_are_not_kept(asked: Request, tmp_path: Path) -> None:
    known: list[Fact] = [serve(MARCH.first, code="m1")]
    settle(asked, known, engine=DuckEngine(tmp_path / "kept"))
    assert not (tmp_path / "kept").exists()


def test_a_note_is_written_after_the_tables_it_speaks_of(
    asked: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two, the part is not there."""
    facts, engine, plan = write(tmp_path / "f.parquet"), DuckEngine(tmp_path / "kept"), plan_of(asked)
    real = kept.file_hash

    def killed(path: Path) -> str:
        if path.suffix == ".part":
            raise KeyboardInterrupt
        return real(path)

    monkeypatch.setattr(kept, "file_hash", killed)
    with pytest.raises(KeyboardInterrupt):
        engine.tables(plan, asked.roster, facts, asked.closed, progress=silent)
    monkeypatch.setattr(kept, "file_hash", real)
    key = run_key(plan, asked.roster, facts, asked.closed)
    assert KeptParts.of(plan, tmp_path / "kept", key).done == set()


def plan_of(asked: Request) -> Plan:
    return compile_plan(asked.pack, asked.scheme, asked.period)


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert file_hash(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
