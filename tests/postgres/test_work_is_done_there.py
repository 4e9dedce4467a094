"""By PostgreSQL's own plan of the very statements: facts are read, joined and added up there; only sums come out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from linghang.engine.facts import Fact, FactTable
from linghang.engine.periods import Month
from linghang.engine.settle import parts
from linghang.engine.settle.backends import postgres_tables
from linghang.engine.settle.backends.postgres import PostgresEngine
from linghang.engine.settle.run import settle
from tests.laws.further_worlds import make_further_world
from tests.laws.laws import same_tables
from tests.laws.worlds import World, make_world
from tests.postgres.fact_tables import Watched, fill, steps

TIMES = 150


def many(world: World) -> list[Fact]:
    """The world's facts again and again: far more facts than members, items and months."""
    plain = [f for f in world.facts if not f.reverses]
    return [replace(f, sequence=f.sequence + 100_000 * n) for n in range(TIMES) for f in plain]


def settled_there(owner: psycopg.Connection, connection: psycopg.Connection, world: World) -> tuple[Watched, int]:
    """What a settlement of a table did, whose result is that of DuckDB."""
    facts = many(world)
    count = fill(owner, facts)
    watched = Watched(connection)
    found = settle(world.request, FactTable("work.fact", codes=True), engine=PostgresEngine(watched))
    same_tables(found, settle(world.request, facts))
    return watched, count


def reads_and_adds_up(plan: dict[str, Any]) -> None:
    """An aggregate over a join over a scan of the table of facts."""
    (sums, *_) = [s for s in steps(plan) if s["Node Type"] == "Aggregate" and reads_facts(s)]
    assert any(s["Node Type"] in ("Hash Join", "Merge Join") and reads_facts(s) for s in steps(sums))


def reads_facts(step: dict[str, Any]) -> bool:
    return any(s.get("Relation Name") == "fact" for s in steps(step))


@pytest.mark.parametrize("rows", [10_000_000, 7])
def test_facts_of_a_table_are_priced_joined_and_added_up_in_the_database(
    owner: psycopg.Connection, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(parts, "ROWS_PER_CHUNK", rows)
    watched, count = settled_there(owner, connection, make_world(5, 60))
    reading = [plan for plan in watched.plans if reads_facts(plan)]
    assert len(reading) == 1, "the facts are read once, however many chunks there are"
    reads_and_adds_up(reading[0])
    assert 0 < watched.handed_out < count / 20, "sums, not facts"
    assert watched.fetched < 50
    assert set(watched.filled) <= {"months", "truth", "unscored", "codes"}, "no fact went through Python"


def test_places_and_means_are_found_in_the_database_too(
    owner: psycopg.Connection, connection: psycopg.Connection
) -> None:
    world = next(w for w in (make_further_world(s, 60) for s in range(99)) if compares(w))
    watched, count = settled_there(owner, connection, world)
    reading = [plan for plan in watched.plans if reads_facts(plan)]
    assert len(reading) == 2, "once for what is compared, once for all"
    for plan in reading:
        reads_and_adds_up(plan)
    assert watched.handed_out < count / 20
    assert watched.fetched < 50


def compares(world: World) -> bool:
    items = world.pack.schemes["s"].items
    return any(i.rank or i.versus for i in items) and len(world.facts) > 30 and world.period.month > 2


def test_nothing_is_left_behind(owner: psycopg.Connection, connection: psycopg.Connection) -> None:
    def relations(of: psycopg.Connection) -> Sequence[Any]:
        return of.execute("SELECT oid FROM pg_class ORDER BY oid").fetchall()

    fill(owner, many(make_world(5, 60)))
    before = relations(connection)
    world = make_world(5, 60)
    settle(world.request, FactTable("work.fact", codes=True), engine=PostgresEngine(connection))
    assert relations(connection) == before
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_settlement_that_is_interrupted_leaves_the_connection_as_it_was(
    owner: psycopg.Connection, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(5, 60)
    fill(owner, many(world))
    engine = PostgresEngine(connection)

    def interrupted(_data: bytes) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(postgres_tables, "AT_ONCE", 3)
        patch.setattr(postgres_tables, "_batch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            settle(world.request, FactTable("work.fact", codes=True), engine=engine)
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    again = settle(world.request, FactTable("work.fact", codes=True), engine=engine)
    same_tables(again, settle(world.request, many(world)))


def test_somebodys_table_may_have_a_name_that_the_engine_uses_too(owner: psycopg.Connection) -> None:
    world = make_world(5, 60)
    for name in ("truth", "facts", "months"):
        fill(owner, world.facts, table=f"work.{name}")
    owner.execute("SET search_path = work")
    for name in ("truth", "work.facts", "months"):
        found = settle(world.request, FactTable(name, codes=True), engine=PostgresEngine(owner))
        same_tables(found, settle(world.request, world.facts))


def test_a_connection_that_may_be_in_the_middle_of_something_is_refused(connection: psycopg.Connection) -> None:
    world = make_world(5, 3)
    connection.autocommit = False
    try:
        with pytest.raises(ValueError, match="of its own"):
            settle(world.request, world.facts, engine=PostgresEngine(connection))
    finally:
        connection.autocommit = True


def test_a_schema_that_is_given_holds_the_tables_for_as_long_as_it_takes(owner: psycopg.Connection) -> None:
    world = make_further_world(3, 60)
    count = fill(owner, world.facts)
    assert count
    engine = PostgresEngine(owner, schema="work")
    found = settle(world.request, FactTable("work.fact", codes=True), engine=engine)
    same_tables(found, settle(world.request, world.facts))
    left = owner.execute("SELECT relname FROM pg_class WHERE relnamespace = 'work'::regnamespace AND relkind <> 'i'")
    assert [name for (name,) in left if not name.startswith("pg_")] == ["fact"]


def test_facts_that_come_in_between_are_not_seen(owner: psycopg.Connection, connection: psycopg.Connection) -> None:
    world = make_world(5, 60)
    fill(owner, world.facts)
    with PostgresEngine(connection).snapshot() as engine:
        told = {"pack": world.pack, "roster": world.roster, "period": world.period}
        table, problems = engine.checked("work.fact", **told)
        assert not problems.errors
        owner.execute("INSERT INTO work.fact SELECT * FROM work.fact")
        found = settle(world.request, table, engine=engine)
        again, _ = engine.checked("work.fact", **told)
    same_tables(found, settle(world.request, world.facts))
    assert (again.rows, again.digest) == (table.rows, table.digest)
    assert PostgresEngine(connection).checked("work.fact", **told)[0].digest != table.digest


def test_what_is_wrong_in_a_table_is_named_by_subject_day_and_place(
    owner: psycopg.Connection, connection: psycopg.Connection
) -> None:
    world = make_world(1, 0)
    code = world.roster.members[0].code
    good = {"role": "lead", "level": "low"}
    facts = [
        Fact("w.act", "nobody", date(2026, 1, 1), 10_000, good),
        Fact("w.unheard", code, date(2026, 1, 2), 10_000, good),
        Fact("w.act", code, date(2027, 1, 3), 10_000, good),
        Fact("w.act", code, date(2026, 1, 4), 10**9, good),
        Fact("w.act", code, date(2026, 1, 5), 10_000, {"role": "lead", "level": "highest"}),
        Fact("w.act", code, date(2026, 1, 6), 10_000, {"role": "lead"}),
        Fact("w.act", code, date(2026, 1, 7), 10_000, good),
    ]
    fill(owner, facts)
    owner.execute("INSERT INTO work.fact SELECT * FROM work.fact WHERE sequence = 5")
    table, problems = PostgresEngine(connection).checked(
        "work.fact", pack=world.pack, roster=world.roster, period=Month(2026, 12)
    )
    assert table.codes
    assert {(str(p.place), p.code) for p in problems} == {
        ("work.fact:nobody 2026-01-01 0", "unknown-member"),
        (f"work.fact:{code} 2026-01-02 1", "unknown-kind"),
        (f"work.fact:{code} 2027-01-03 6", "out-of-period"),
        (f"work.fact:{code} 2026-01-04 2", "quantity-range"),
        (f"work.fact:{code} 2026-01-05 3", "unknown-value"),
        (f"work.fact:{code} 2026-01-06 4", "unknown-value"),
        (f"work.fact:{code} 2026-01-07 5", "duplicate"),
    }


def test_columns_of_other_types_are_refused(owner: psycopg.Connection, connection: psycopg.Connection) -> None:
    world = make_world(1, 0)
    owner.execute("CREATE TABLE work.odd (subject text, occurred_on timestamp, kind text, quantity numeric)")
    owner.execute("GRANT USAGE ON SCHEMA work TO PUBLIC; GRANT SELECT ON work.odd TO PUBLIC")
    _, problems = PostgresEngine(connection).checked(
        "work.odd", pack=world.pack, roster=world.roster, period=Month(2026, 12)
    )
    assert {(p.place.column, p.code) for p in problems} == {
        ("occurred_on", "bad-column"), ("sequence", "bad-column"), ("quantity", "bad-column"),
    }  # fmt: skip
    with pytest.raises(LookupError, match=r"没有“work\.none”"):
        PostgresEngine(connection).checked("work.none", pack=world.pack, roster=world.roster, period=Month(2026, 12))


def test_texts_days_and_what_is_missing_arrive_as_they_were(connection: psycopg.Connection) -> None:
    rows = [
        {"text": text, "day": date(2026, 2, 28), "number": number, "flag": number > 0}
        for number, text in enumerate(["", "a,b", 'say "no"', "中\n文", "\\.", "NULL", " "])
    ]
    rows.append({"text": None, "day": None, "number": None, "flag": None})
    types = [("text", pa.string()), ("day", pa.date32()), ("number", pa.int64()), ("flag", pa.bool_())]
    with postgres_tables.Tables.opened(connection, "", {}) as tables:
        tables.put("incoming", pa.Table.from_pylist(rows, schema=pa.schema(types)))
        found = tables.rows("SELECT text, day, number, flag FROM incoming ORDER BY number NULLS LAST")
    assert [dict(zip(("text", "day", "number", "flag"), row, strict=True)) for row in found] == rows


def test_a_digest_does_not_depend_on_the_session(owner: psycopg.Connection) -> None:
    owner.execute("CREATE TABLE work.t (at timestamptz, span interval, share float8)")
    owner.execute("INSERT INTO work.t VALUES ('2026-03-01 10:00+08', '1 day 2 hours', 0.1), (NULL, NULL, 2)")
    found = set()
    for zone, style in (("UTC", "postgres"), ("Asia/Shanghai", "iso_8601")):
        owner.execute(f"SET timezone = '{zone}'; SET intervalstyle = '{style}'")
        with postgres_tables.Tables.opened(owner, "", {}) as tables:
            tables.adopt("fact_source", "work.t")
            found.add(tables.digest("fact_source"))
    assert len(found) == 1
    assert found.pop()[0] == 2
