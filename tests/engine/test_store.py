"""A settlement on disk reads back as what it was; in chunks, and into files, it is the same settlement."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.facts import FactFile
from linghang.engine.packs.model import Amount, Constant, DatedValue, Pack, Parameter, Row
from linghang.engine.periods import Month
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle import parts
from linghang.engine.settle.backends import duck
from linghang.engine.settle.backends.columns import RosterFile, member_table
from linghang.engine.settle.results import SCHEMAS, canonical, hash_tables
from linghang.engine.settle.run import settle, silent
from linghang.engine.settle.store import MANIFEST, TOTALS, load_frozen, save
from tests.engine.small import item, member, norm, pack_of, request, serve
from tests.laws.effort import trying
from tests.laws.worlds import World, make_world, worlds

MAY = Month(2026, 5)


def read(folder: Path, world: World, **more):
    known = {"scheme": "s", "pack": world.pack, "period": world.period + 1} | more
    return load_frozen(folder, more.pop("roster", world.roster), **{k: v for k, v in known.items() if k != "roster"})


@trying(20)
@given(worlds(), st.booleans())
def test_every_table_reads_back_as_it_was_saved(world: World, late: bool) -> None:
    world = replace(world, period=min(world.period, Month(2026, 11)))
    done = settle(world.request, world.facts)
    if late and world.period.month > 1:
        before = settle(replace(world, period=world.period + -1).request, world.facts[::2])
        with TemporaryDirectory() as folder:
            save(before, Path(folder), manifest={})
            frozen, problems = read(Path(folder), world, period=world.period)
        assert not len(problems)
        done = settle(replace(world.request, frozen=frozen), world.facts)
    with TemporaryDirectory() as folder:
        save(done, Path(folder), manifest={"made_at": "now"})
        frozen, problems = read(Path(folder), world)
    assert frozen is not None, list(problems)
    assert frozen.period == world.period
    for name in SCHEMAS:
        assert canonical(name, frozen.tables[name]).equals(canonical(name, done.tables[name])), name


def test_members_are_found_again_by_code_when_others_joined(tmp_path: Path) -> None:
    pack = pack_of(item(), base=100)
    done = settle(request(pack, member("b"), member("c"), period=MAY), [serve(MAY.first, code="b")])
    save(done, tmp_path, manifest={})
    roster = Roster([member("a"), member("b"), member("c")])
    frozen, _ = load_frozen(tmp_path, roster, pack=pack, scheme="s", period=Month(2026, 6))
    assert {r["subject"] for r in frozen.tables["months"].to_pylist()} == {1, 2}
    assert [r["subject"] for r in frozen.tables["items"].to_pylist()] == [1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scheme": "other"}, "prior-scheme"),
        ({"rules_hash": "other"}, "prior-pack"),
        ({"period": "2026-06"}, "prior-period"),
        ({"period": "2025-12"}, "prior-period"),
        ({"period": "soon"}, "prior-unreadable"),
        ({"period": None}, "prior-unreadable"),
        ({"format": 99}, "prior-unreadable"),
    ],
)
def test_a_prior_result_that_does_not_fit_is_refused_with_a_sentence(tmp_path: Path, change: dict, code: str) -> None:
    pack = pack_of(item())
    save(settle(request(pack, period=MAY), []), tmp_path, manifest=change)
    frozen, problems = load_frozen(
        tmp_path, Roster([member()]), pack=pack_of(item()), scheme="s", period=Month(2026, 6)
    )
    assert frozen is None
    assert [p.code for p in problems] == [code]


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{", "{}"])
def test_a_manifest_that_no_run_wrote_is_refused(tmp_path: Path, text: str) -> None:
    save(settle(request(pack_of(item()), period=MAY), []), tmp_path, manifest={})
    (tmp_path / MANIFEST).write_text(text)
    _, problems = load_frozen(tmp_path, Roster([member()]), pack=pack_of(item()), scheme="s", period=Month(2026, 6))
    assert [p.code for p in problems] == ["prior-unreadable"]


def test_totals_that_are_no_parquet_and_members_that_vanished_are_refused(tmp_path: Path) -> None:
    save(settle(request(pack_of(item()), period=MAY), []), tmp_path, manifest={})
    roster = Roster([Member("z", "z")])
    _, problems = load_frozen(tmp_path, roster, pack=pack_of(item()), scheme="s", period=Month(2026, 6))
    assert [(p.code, "“m”" in p.message) for p in problems] == [("prior-member-missing", True)]
    (tmp_path / TOTALS).write_bytes(b"PAR1")
    _, problems = load_frozen(tmp_path, roster, pack=pack_of(item()), scheme="s", period=Month(2026, 6))
    assert [p.code for p in problems] == ["prior-unreadable"]


def test_the_manifest_says_what_the_run_stands_on(tmp_path: Path) -> None:
    done = settle(request(pack_of(item(), norm()), period=Month(2026, 12)), [])
    save(done, tmp_path, manifest={"left_out": 2})
    found = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    assert (found["period"], found["members"], found["engine"], found["left_out"]) == ("2026-12", 1, "duckdb", 2)
    assert found["result_hash"] == hash_tables(done.tables) == done.result_hash
    assert pq.read_schema(tmp_path / TOTALS).names[0] == "subject"
    assert found["notes"] == {"year_end_closing": "2027年1月15日"}


def test_new_rules_for_later_months_do_not_stop_and_changed_rules_for_final_months_do(tmp_path: Path) -> None:
    def dated(*values: tuple[int, int]) -> Pack:
        held = tuple(DatedValue(Month(2026, month), value, "示例", "invented") for month, value in values)
        priced = item(rows=(Row((), Constant(Amount(parameter="p"))),))
        return pack_of(priced, parameters=[Parameter("p", {"zh": "数"}, "分", held)])

    save(settle(request(dated((1, 100)), period=MAY), []), tmp_path, manifest={})
    read_again = partial(load_frozen, tmp_path, Roster([member()]), scheme="s", period=Month(2026, 6))
    _, problems = read_again(pack=dated((1, 100), (6, 150)))
    assert not len(problems)
    _, problems = read_again(pack=dated((1, 100), (5, 150)))
    assert [p.code for p in problems] == ["prior-pack"]


def cells(world: World, members: int) -> int:
    """What so many members of the world take."""
    plan = compile_plan(world.pack, "s", world.period)
    return members * len(plan.items) * len(plan.months)


# --- chunks and files ------------------------------------------------------------------------------------------------


@trying(20)
@given(worlds(), st.integers(1, 30))
def test_chunks_of_members_settle_like_all_members_at_once(world: World, size: int) -> None:
    whole = settle(world.request, world.facts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ROWS_PER_CHUNK", size)
        patch.setattr(parts, "CELLS_PER_PART", cells(world, 1 + size % 3))
        patch.setattr(duck, "ROWS", 5)
        in_parts = settle(world.request, world.facts)
    assert in_parts.result_hash == whole.result_hash


@trying(20)
@given(worlds(), st.integers(5, 60))
def test_results_written_to_files_are_those_kept_in_memory(world: World, size: int) -> None:
    plan = compile_plan(world.pack, "s", world.period)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ROWS_PER_CHUNK", size)
        patch.setattr(parts, "CELLS_PER_PART", cells(world, 1 + size % 3))
        patch.setattr(duck, "ROWS", 5)
        sink = parts.ParquetSink(Path(folder))
        duck.settle_columns(plan, world.roster, world.facts, world.closed, sink=sink, progress=silent, threads=2)
        found = {name: concat(sorted(Path(folder).glob(f"{name}-*.parquet"))) for name in parts.TABLES}
    kept = duck.settle_duck(plan, world.roster, world.facts, world.closed, progress=silent)
    for name in parts.TABLES:
        assert canonical(name, found[name]).equals(canonical(name, kept[name])), name


def concat(paths: list[Path]) -> pa.Table:
    return pa.concat_tables([pq.read_table(p) for p in paths])


def test_a_roster_in_a_file_settles_like_the_roster_itself(tmp_path: Path) -> None:
    world = make_world(11, 0)
    pack = replace(world.pack, groups={"old": replace(world.pack.groups["old"], classes=("免评类",))})
    roster = Roster([member("a", member_class="免评类"), member("b"), member("c", organisation="")])
    table = member_table(roster)
    nothing = pa.array([None if v in ("", None) else v for v in table["class"].to_pylist()], pa.string())
    pq.write_table(table.set_column(2, "class", nothing), tmp_path / "r.parquet")
    plan = compile_plan(pack, "s", MAY)
    facts = {"subject": pa.array([0, 1, 2], pa.int32()), "occurred_on": [MAY.first] * 3, "kind": ["w.serve"] * 3}
    pq.write_table(pa.table(facts | {"sequence": [1, 2, 3]}), tmp_path / "f.parquet")
    file = FactFile(tmp_path / "f.parquet")
    given, sink = RosterFile(tmp_path / "r.parquet", 3), parts.ArrowSink()
    duck.settle_columns(plan, given, file, world.closed, sink=sink, progress=silent)
    kept = duck.settle_duck(plan, roster, file, world.closed, progress=silent)
    for name in parts.TABLES:
        assert canonical(name, sink.tables[name]).equals(canonical(name, kept[name])), name


def test_objects_and_files_are_not_mixed(tmp_path: Path) -> None:
    plan = compile_plan(pack_of(item()), "s", MAY)
    pq.write_table(member_table(Roster([member()])), tmp_path / "r.parquet")
    given = RosterFile(tmp_path / "r.parquet", 1)
    with pytest.raises(TypeError):
        duck.settle_columns(plan, given, [serve(MAY.first)], frozenset(), sink=parts.ArrowSink(), progress=silent)
    with pytest.raises(TypeError):
        settle(request(pack_of(item()), period=MAY), FactFile(tmp_path / "f.parquet"), engine="reference")
    with pytest.raises(ValueError, match="引擎"):
        settle(request(pack_of(item()), period=MAY), [], engine="abacus")
