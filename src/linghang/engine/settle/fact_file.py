"""Facts in a Parquet file, as a ledger or another system hands them over: checked set-based, never read row by row.

Columns: `subject` (code of the roster) or its position as a whole number, `occurred_on` DATE, `kind`, `quantity` BIGINT
(ten-thousandths; absent = one), `sequence` BIGINT (order within a subject's day), optionally `event`, `record` and
`reverses` (the `record` that a row cancels), and one text column per attribute id.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linghang.engine.facts import Fact
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import Roster
from linghang.engine.settle.columns import FactFile

NEEDED = {"subject": "", "occurred_on": "date", "kind": "", "sequence": "int"}
SHOWN = 20  # rows that are named per kind of finding; how many more there are is said


def is_fact_file(path: Path) -> bool:
    """Whether a file is Parquet with the columns of facts, rather than somebody's table saved as Parquet."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        names = pq.read_schema(path).names
    except (OSError, pa.ArrowInvalid):
        return False
    return NEEDED.keys() <= set(names)


def check_fact_file(path: Path, *, pack: Pack, roster: Roster, period: Month) -> tuple[FactFile, Problems]:
    """The file with a problem for every row that cannot be settled: unknown subject, kind or value, quantity out of
    range, day after the period, the same place in the order twice. Places are row numbers from 1.
    """
    file, problems = FactFile(path, codes=_has_codes(path)), Problems()
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
    return file, problems


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
    yield "out-of-period", _rows("occurred_on", f"occurred_on > DATE '{period.last}'"), "日期 {} 在核算月份之后"
    sql = """SELECT s.file_row_number, CAST(s.quantity AS VARCHAR) FROM source s JOIN kinds k ON k.kind = s.kind
        WHERE s.quantity IS NULL OR s.quantity < k.least OR s.quantity > k.most"""
    yield "quantity-range", sql, "数量 {}(万分之一单位)超出范围"
    sql = """SELECT MAX(file_row_number), CAST(subject AS VARCHAR) FROM source
        GROUP BY subject, occurred_on, sequence HAVING COUNT(*) > 1"""
    yield "duplicate", sql, "“{}”同一天有两条记录的 sequence 相同"


def _not_in_domain(number: int) -> str:
    return f"""SELECT s.file_row_number, COALESCE(s.a{number}, '') FROM source s
        WHERE EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = $attribute)
        AND NOT EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = $attribute
                        AND d.value IS NOT DISTINCT FROM s.a{number})"""


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
        raise ValueError(f"{file.path.name} 有 {rows} 条记录,逐条明细和 reference 引擎最多 {MOST_OBJECTS} 条")
    return [fact for member in roster for fact in facts_of(file, roster, member.code)]


def facts_of(file: FactFile, roster: Roster, code: str) -> list[Fact]:
    """One member's facts as objects, for explanations: only this member's rows are read."""
    key: Any = code if file.codes else roster.position(code)
    table = pq.read_table(file.path, filters=[("subject", "=", key)])
    known = {"subject", "occurred_on", "kind", "quantity", "sequence", "event", "record", "reverses"}
    rows = table.to_pylist()
    cancelled = {r["reverses"] for r in rows if r.get("reverses")}
    standing = [r for r in rows if not r.get("reverses") and not (r.get("record") and r["record"] in cancelled)]
    return [
        Fact(
            kind=row["kind"],
            subject=code,
            occurred_on=row["occurred_on"],
            quantity=row.get("quantity", UNIT),
            attributes={a: v for a, v in row.items() if a not in known and v is not None},
            event=row.get("event") or "",
            sequence=row["sequence"],
            source=Place(file.path.name, column=str(row["sequence"])),
        )
        for row in standing
    ]
