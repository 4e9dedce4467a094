"""Facts in a Parquet file, as a ledger or another system hands them over: checked set-based, never read row by row.

Columns: `subject` (code of the roster) or its position as a whole number, `occurred_on` DATE, `kind`, `quantity` BIGINT
(ten-thousandths; absent = one), `sequence` BIGINT (order within a subject's day), optionally `event`, `record` and
`reverses` (the `record` that a row cancels), and one text column per attribute id.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan, TruthRow
from linghang.engine.settle.sql import OPEN

NEEDED = ("subject", "occurred_on", "kind", "sequence")
OTHERS = ("quantity", "event", "record", "reverses")
SHOWN = 20  # rows that are named per kind of finding; how many more there are is said


def is_fact_file(path: Path) -> bool:
    """Whether a file is Parquet with the columns of facts, rather than somebody's table saved as Parquet."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        names = pq.read_schema(path).names
    except (OSError, pa.ArrowInvalid):
        return False
    return set(NEEDED) <= set(names)


def fact_file_of(path: Path, pack: Pack) -> tuple[FactFile, Problems]:
    """The file with what is wrong with its columns; its rows are not looked at."""
    problems = Problems()
    _check_columns(path, pack, problems)
    return FactFile(path, codes=_has_codes(path)), problems


def check_fact_file(
    path: Path, *, pack: Pack, roster: Roster, period: Month, plan: Plan | None = None
) -> tuple[FactFile, Problems]:
    """The file with a problem for every row that cannot be settled: unknown subject, kind, attribute or value, quantity
    or (with the plan of the scheme) award out of range, day after the period, the same place in the order twice.

    Places are row numbers from 1. A column of the wrong type is the only problem that is told then.
    """
    file, problems = fact_file_of(path, pack)
    if problems.errors:
        return file, problems
    with duckdb.connect() as db:
        attributes = sorted({a for k in pack.kinds.values() for a in k.attributes})
        _open(db, path, attributes)
        db.register("kinds", _kinds(pack))
        db.register("domain", _domain(pack))
        codes = pa.table({"code": [m.code for m in roster], "position": pa.array(range(len(roster)), pa.int32())})
        db.register("codes", codes)
        for code, sql, words in _checks(file, period):
            _report(db, path, code, sql, words, problems)
        for number, attribute in enumerate(attributes):
            words = f"“{attribute}”没有“{{}}”这个取值"
            _report(db, path, "unknown-value", _not_in_domain(number), words, problems, {"attribute": attribute})
            words = f"“{{}}”没有“{attribute}”这一项"
            _report(db, path, "unknown-attribute", _not_of_kind(number), words, problems, {"attribute": attribute})
        if plan and (judged := _judged(plan)):
            db.register("judged", judged)
            words = "评定 {} 分（百分之一），不在办法的范围内"
            _report(db, path, "award-range", _bad_awards(plan, attributes), words, problems)
    return file, problems


def _check_columns(path: Path, pack: Pack, problems: Problems) -> None:
    """Whole numbers, days and texts only: a fractional quantity or a time of day would be settled as something else."""
    schema = pq.read_schema(path)
    wanted = {"occurred_on": "date32", "sequence": "整数", "quantity": "整数", "subject": "string 或整数"}
    texts = ["kind", "event", "record", "reverses", *(a for k in pack.kinds.values() for a in k.attributes)]
    for name, words in (wanted | dict.fromkeys(texts, "string")).items():
        if name in schema.names and not _fits(schema.field(name).type, words, may_be_null=name not in NEEDED):
            found = f"“{name}”这一列的类型是 {schema.field(name).type}，应是 {words}"
            problems.add(Place(path.name, column=name), "bad-column", found, "由交数据的系统改正")
    if "reverses" in schema.names and "record" not in schema.names:
        problems.add(
            Place(path.name), "bad-column", "有“reverses”，没有“record”，不知道冲正的是哪一条", "补上 record 一列"
        )


def _fits(kind: pa.DataType, words: str, *, may_be_null: bool) -> bool:
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or _is_dictionary_of_texts(kind)
    fits = {
        "date32": pa.types.is_date32(kind),
        "整数": pa.types.is_integer(kind),
        "string": text,
        "string 或整数": text or pa.types.is_integer(kind),
    }
    return fits[words] or (may_be_null and pa.types.is_null(kind))


def _is_dictionary_of_texts(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind)) and bool(pa.types.is_string(kind.value_type))


def _has_codes(path: Path) -> bool:
    return not pa.types.is_integer(pq.read_schema(path).field("subject").type)


def _kinds(pack: Pack) -> pa.Table:
    kinds = list(pack.kinds.values())
    most = [2**62 if k.quantity_max is None else k.quantity_max for k in kinds]
    return pa.table({"kind": [k.id for k in kinds], "least": [k.quantity_min for k in kinds], "most": most})


def _domain(pack: Pack) -> pa.Table:
    """(kind, attribute, value) of everything that may be said; value null where the attribute may be absent."""
    rows: list[tuple[str, str, str | None]] = []
    for kind in pack.kinds.values():
        for attribute in kind.attributes.values():
            rows += [(kind.id, attribute.id, value) for value in attribute.values]
            if not attribute.required:
                rows.append((kind.id, attribute.id, None))
    names = ("kind", "attribute", "value")
    return pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(names)})


def _open(db: duckdb.DuckDBPyConnection, path: Path, attributes: list[str]) -> None:
    """The view `source`, attributes as a0, a1 …: names of a pack or a file never become part of a query's text."""
    source = db.read_parquet(str(path), file_row_number=True)
    present, column = set(source.columns), duckdb.ColumnExpression
    chosen = [column(n) for n in ("file_row_number", *NEEDED)]
    one = duckdb.ConstantExpression(UNIT).alias("quantity")
    chosen.append(column("quantity") if "quantity" in present else one)
    empty = duckdb.ConstantExpression(None).cast("VARCHAR")
    chosen += [(column(a) if a in present else empty).alias(f"a{n}") for n, a in enumerate(attributes)]
    source.select(*chosen).create_view("source")


def _checks(file: FactFile, period: Month) -> Iterator[tuple[str, str, str]]:
    """(code, query of the wrong rows as (row, what), sentence)."""
    known = f"SELECT {'code' if file.codes else 'position'} FROM codes"
    yield "unknown-member", _rows("subject", f"subject IS NULL OR subject NOT IN ({known})"), "花名册里没有“{}”"
    yield "unknown-kind", _rows("kind", "kind IS NULL OR kind NOT IN (SELECT kind FROM kinds)"), "没有“{}”这种记录"
    yield "bad-date", _rows("occurred_on", "occurred_on IS NULL"), "没有日期{}"
    yield "bad-column", _rows("kind", "sequence IS NULL"), "“sequence”空着（{}）"
    yield "out-of-period", _rows("occurred_on", f"occurred_on > DATE '{period.last}'"), "日期 {} 在核算月份之后"
    sql = """SELECT s.file_row_number, CAST(s.quantity AS VARCHAR) FROM source s JOIN kinds k ON k.kind = s.kind
        WHERE s.quantity IS NULL OR s.quantity < k.least OR s.quantity > k.most"""
    yield "quantity-range", sql, "数量 {}（万分之一单位）超出范围"
    sql = """SELECT MAX(file_row_number), CAST(subject AS VARCHAR) FROM source
        GROUP BY subject, occurred_on, sequence HAVING COUNT(*) > 1"""
    yield "duplicate", sql, "“{}”同一天有两条记录的 sequence 相同"


def _not_in_domain(number: int) -> str:
    return f"""SELECT s.file_row_number, COALESCE(s.a{number}, '') FROM source s
        WHERE EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = $attribute)
        AND NOT EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = $attribute
                        AND d.value IS NOT DISTINCT FROM s.a{number})"""


def _not_of_kind(number: int) -> str:
    return f"""SELECT s.file_row_number, s.kind FROM source s JOIN kinds k ON k.kind = s.kind
        WHERE s.a{number} IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = $attribute)"""


def _judged(plan: Plan) -> pa.Table | None:
    """Month by month, which awards the assessors' ranges accept: one row for each judged line of the truth table."""
    rows = [
        (month.index, row.kind, *row.values, *_bucket(plan, row), price.per, price.low, price.high)
        for month, epoch in zip(plan.months, plan.epochs, strict=True)
        for row in plan.truth
        if row.epoch == epoch and (price := row.match.price).low is not None
    ]
    if not rows:
        return None
    numbers = dict.fromkeys(("low", "high", "per", "least", "most"), pa.int64())
    types = {"month": pa.int32(), "kind": pa.string()}
    types |= {f"v{n}": pa.string() for n in range(len(plan.attributes))} | numbers
    columns = zip(*rows, strict=True)
    return pa.table({name: pa.array(v, kind) for (name, kind), v in zip(types.items(), columns, strict=True)})


def _bucket(plan: Plan, row: TruthRow) -> tuple[int, int]:
    """The row's quantities: from (inclusive), to (exclusive)."""
    edges = (-OPEN, *plan.buckets.get(row.kind, ()), OPEN)
    return edges[row.bucket], edges[row.bucket + 1]


def _bad_awards(plan: Plan, attributes: list[str]) -> str:
    same = [f"s.a{attributes.index(a)} IS NOT DISTINCT FROM j.v{n}" for n, a in enumerate(plan.attributes)]
    points = "(2 * s.quantity + j.per) // (2 * j.per)"
    return f"""SELECT DISTINCT s.file_row_number, CAST({points} AS VARCHAR) FROM source s JOIN judged j
        ON j.kind = s.kind AND j.month = year(s.occurred_on) * 12 + month(s.occurred_on) - 1
        AND {" AND ".join([*same, "s.quantity >= j.low", "s.quantity < j.high"])}
        WHERE {points} NOT BETWEEN j.least AND j.most"""


def _rows(column: str, wrong: str) -> str:
    return f"SELECT file_row_number, COALESCE(CAST({column} AS VARCHAR), '') FROM source WHERE {wrong}"


def _report(
    db: duckdb.DuckDBPyConnection,
    path: Path,
    code: str,
    sql: str,
    words: str,
    problems: Problems,
    parameters: dict[str, str] | None = None,
) -> None:
    found = db.execute(f"SELECT * FROM ({sql}) ORDER BY 1 LIMIT {SHOWN}", parameters or {}).fetchall()
    for row, what in found:
        problems.add(Place(path.name, row + 1), code, words.format(what))
    if len(found) == SHOWN:
        count = db.execute(f"SELECT COUNT(*) FROM ({sql})", parameters or {}).fetchall()[0][0]
        if count > SHOWN:
            problems.add(Place(path.name), code, f"同样的问题还有 {count - SHOWN} 处")


MOST_OBJECTS = 200_000


def all_facts(file: FactFile, roster: Roster) -> list[Fact]:
    """All facts as objects, for what needs every line; raises ValueError when there are too many for that."""
    rows = pq.read_metadata(file.path).num_rows
    if rows > MOST_OBJECTS:
        raise ValueError(f"{file.path.name} 有 {rows} 条记录，逐条明细和 reference 引擎最多 {MOST_OBJECTS} 条")
    codes = [m.code for m in roster]
    rows = ((r if file.codes else r | {"subject": codes[r["subject"]]}) for r in pq.read_table(file.path).to_pylist())
    return sorted(_objects(file, list(rows)), key=lambda f: (roster.position(f.subject), *f.order))


def facts_of(file: FactFile, roster: Roster, code: str) -> list[Fact]:
    """One member's facts as objects, for explanations: only this member's rows are read."""
    return facts_of_some(file, roster, [code])


def facts_of_some(file: FactFile, roster: Roster, codes: Collection[str]) -> list[Fact]:
    """The facts of some members as objects. Of the other columns only the rows that are wanted are unpacked, and where
    the file lies in the order of members, most of it is not read at all.
    """
    told = {code if file.codes else roster.position(code): code for code in codes}
    if not told:
        return []
    with duckdb.connect() as db:
        source = db.read_parquet(str(file.path))
        subject = duckdb.ColumnExpression("subject")
        if len(told) == 1:
            found = source.filter(subject == duckdb.ConstantExpression(next(iter(told))))
        else:
            db.register("chosen", pa.table({"key": [*told]}))
            source.create_view("source")
            found = db.sql("SELECT s.* FROM source s JOIN chosen c ON c.key = s.subject")
        rows = found.to_arrow_table().to_pylist()
    return _objects(file, [r | {"subject": told[r["subject"]]} for r in rows])


def pick_rows(file: FactFile, roster: Roster, codes: Collection[str], target: Path) -> FactFile:
    """The rows of some members as a file of their own, subjects by code."""
    told = [(code if file.codes else roster.position(code), code) for code in sorted(codes)]
    keys = pa.table({"key": [key for key, _ in told], "code": [code for _, code in told]})
    with duckdb.connect() as db:
        db.register("chosen", keys)
        db.read_parquet(str(file.path)).create_view("source")
        sql = "SELECT c.code AS subject, s.* EXCLUDE (subject) FROM source s JOIN chosen c ON c.key = s.subject"
        db.sql(sql).write_parquet(str(target))
    return FactFile(target, codes=True)


def _objects(file: FactFile, rows: list[dict[str, Any]]) -> list[Fact]:
    """The rows that stand, without reversals and what they cancel."""
    cancelled = {(r["subject"], r["reverses"]) for r in rows if r.get("reverses")}
    return [
        Fact(
            kind=row["kind"],
            subject=row["subject"],
            occurred_on=row["occurred_on"],
            quantity=row.get("quantity", UNIT),
            attributes={a: v for a, v in row.items() if a not in (*NEEDED, *OTHERS) and v is not None},
            event=row.get("event") or "",
            sequence=row["sequence"],
            source=Place(file.path.name, column=str(row["sequence"])),
        )
        for row in rows
        if not row.get("reverses") and (row["subject"], row.get("record")) not in cancelled
    ]
