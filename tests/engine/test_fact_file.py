"""Facts handed over as Parquet settle like the same facts as objects, and what is wrong with them is named by row."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.facts import Fact
from linghang.engine.packs.model import Amount, Dedup, Judged, Pack
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.backends import fact_checks, fact_rows
from linghang.engine.settle.backends.fact_file import check_fact_file
from linghang.engine.settle.backends.fact_rows import all_facts, facts_of, is_fact_file
from linghang.engine.settle.run import Request, settle
from linghang.engine.settle.validate import check_facts
from tests.engine.small import item, member, pack_of, request, serve
from tests.laws.effort import trying
from tests.laws.laws import same_tables
from tests.laws.worlds import World, make_world, worlds


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


def settled_alike(path: Path, facts: list[Fact], asked: Request) -> None:
    """The file settles like the facts, and reads back as facts that settle alike."""
    file, problems = check_fact_file(path, pack=asked.pack, roster=asked.roster, period=asked.period)
    assert not len(problems), list(problems)
    fast = settle(asked, file)
    same_tables(fast, settle(asked, facts, engine="reference"))
    same_tables(fast, settle(asked, all_facts(file, asked.roster), engine="reference"))


def test_facts_without_an_event_are_events_of_their_own_however_they_are_numbered(tmp_path: Path) -> None:
    once = item(dedup=Dedup(("event",)))
    facts = [serve(date(2026, 1, d), n, event="e" * (d == 3)) for d in (1, 2, 3) for n in (1, 2)]
    asked = request(pack_of(once), period=Month(2026, 1))
    assert settle(asked, facts).month_total("m", Month(2026, 1)) == 500
    for nothing in ("", None):
        events = [f.event or nothing for f in facts]
        path = write(tmp_path / "f.parquet", facts, sequence=[f.sequence for f in facts], event=events)
        settled_alike(path, facts, asked)


def test_a_file_with_the_needed_columns_only_settles_with_a_dedup_by_event(tmp_path: Path) -> None:
    facts = [serve(date(2026, 1, d), n) for d in (1, 2) for n in (1, 2)]
    columns = {n: [getattr(f, n) for f in facts] for n in ("subject", "occurred_on", "kind", "sequence")}
    pq.write_table(pa.table(columns), tmp_path / "f.parquet")
    settled_alike(tmp_path / "f.parquet", facts, request(pack_of(item(dedup=Dedup(("event",)))), period=Month(2026, 1)))


def test_an_empty_reversal_is_none_and_a_reversal_cancels_only_its_own_subjects_record(tmp_path: Path) -> None:
    asked = request(pack_of(item()), member(), member("o"), period=Month(2026, 1))
    facts = [serve(date(2026, 1, d), d, c) for d, c in ((1, "m"), (2, "m"), (3, "o"), (4, "o"))]
    path = write(tmp_path / "f.parquet", facts, record=["r1", "", "r3", "x"], reverses=["", None, "", "r1"])
    settled_alike(path, facts[:3], asked)
    path = write(tmp_path / "f.parquet", facts, record=["r1", "", "r3", "x"], reverses=["", None, "", "r3"])
    settled_alike(path, facts[:2], asked)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("quantity", [1.5]),
        ("occurred_on", pa.array([1_769_853_600], pa.timestamp("s"))),
        ("occurred_on", ["2026-01-31"]),
        ("sequence", ["1"]),
        ("sequence", pa.array([None], pa.int64())),
        ("subject", [1.0]),
        ("kind", [1]),
        ("event", [7]),
        ("role", [1]),
        ("reverses", ["r1"]),
    ],
)
def test_a_column_of_the_wrong_type_is_named_and_nothing_is_guessed(tmp_path: Path, column: str, values) -> None:
    path = write(tmp_path / "f.parquet", [serve(date(2026, 1, 31))], **{column: values})
    asked = request(pack_of(item()), period=Month(2026, 1))
    _, problems = check_fact_file(path, pack=asked.pack, roster=asked.roster, period=asked.period)
    assert [(p.code, column in p.message) for p in problems] == [("bad-column", True)]


def test_texts_may_be_stored_as_dictionaries_and_optional_columns_may_be_all_null(tmp_path: Path) -> None:
    facts = [serve(date(2026, 1, d), d) for d in (1, 2)]
    more = {"kind": pa.array([f.kind for f in facts]).dictionary_encode(), "role": pa.nulls(2), "event": pa.nulls(2)}
    settled_alike(write(tmp_path / "f.parquet", facts, **more), facts, request(pack_of(item()), period=Month(2026, 1)))


def broken(random: Random, fact: Fact) -> Fact:
    """The fact as it is, or with one thing changed that may or may not be right."""
    kinds, values = ("w.act", "w.serve", "w.award", "w.unheard"), ("lead", "join", "high", "other")
    change = random.choice(("nothing", "kind", "quantity", "role", "level", "none"))
    if change == "kind":
        return replace(fact, kind=random.choice(kinds))
    if change == "quantity":
        return replace(fact, quantity=random.choice((-1, 0, 1, 49, 10**6, 10**6 + 1, 99_950, 10_000_050, 10**8)))
    if change == "none":
        return replace(fact, attributes={})
    return replace(fact, attributes={**fact.attributes, change: random.choice(values)} if change != "nothing" else {})


@trying(40)
@given(worlds(), st.integers(0, 2**32))
def test_a_file_and_the_facts_themselves_are_refused_for_the_same_rows(world: World, seed: int) -> None:
    random = Random(seed)
    facts = [broken(random, f) if random.random() < 0.5 else f for f in plain(world)]
    plan = compile_plan(judged_from_one(world), "s", world.period)
    good, _ = check_facts(plan, facts)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(fact_checks, "SHOWN", 1000)
        path = write(Path(folder) / "f.parquet", facts)
        _, problems = check_fact_file(path, pack=plan.pack, roster=world.roster, period=world.period, plan=plan)
    rows = {p.place.line for p in problems if p.place.line}
    assert rows == {n + 1 for n, f in enumerate(facts) if not any(f is g for g in good)}


def judged_from_one(world: World) -> Pack:
    """The world's pack with awards from 1.00 to 1000.00 points."""
    scheme = world.pack.schemes["s"]
    narrow = Judged(Amount(100), Amount(100_000))
    items = tuple(
        replace(i, rows=tuple(replace(r, price=narrow) if isinstance(r.price, Judged) else r for r in i.rows))
        for i in scheme.items
    )
    return replace(world.pack, schemes={"s": replace(scheme, items=items)})


@pytest.mark.parametrize("codes", [True, False])
def test_all_facts_are_what_each_members_facts_are_together(tmp_path: Path, codes: bool) -> None:
    world = make_world(5, 40)
    subjects = [f.subject if codes else world.roster.position(f.subject) for f in plain(world)]
    path = write(tmp_path / "f.parquet", plain(world), subject=subjects)
    file, problems = check_fact_file(path, pack=world.pack, roster=world.roster, period=world.period)
    assert not len(problems)
    each = [sorted(facts_of(file, world.roster, m.code), key=lambda f: f.order) for m in world.roster]
    assert all_facts(file, world.roster) == [f for facts in each for f in facts]
    assert len(all_facts(file, world.roster)) == len(subjects)


def test_more_facts_than_can_be_shown_line_by_line_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(fact_rows, "MOST_OBJECTS", 3)
    world = make_world(5, 40)
    file, _ = check_fact_file(
        write(tmp_path / "f.parquet", plain(world)), pack=world.pack, roster=world.roster, period=world.period
    )
    with pytest.raises(ValueError, match="最多 3 条"):
        all_facts(file, world.roster)
