"""Facts in a Parquet file, as a ledger or another system hands them over: checked set-based, never read row by row.

Columns: `subject` (code of the roster) or its position as a whole number, `occurred_on` DATE, `kind`, `quantity` BIGINT
(ten-thousandths; absent = one), `sequence` BIGINT (order within a subject's day), optionally `event`, `record` and
`reverses` (the `record` that a row cancels), and one text column per attribute id.
"""

from collections.abc import Collection
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
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.backends.duck import Duck
from linghang.engine.settle.backends.fact_checks import check_rows, source_rows

NEEDED = ("subject", "occurred_on", "kind", "sequence")
OTHERS = ("quantity", "event", "record", "reverses")


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
        rows = db.read_parquet(str(path), file_row_number=True)
        rows.create_view("fact_source")
        duck = Duck(db)
        duck.view("source", source_rows(pack, rows.columns, of="fact_source", place="file_row_number"))

        def place(row: int | None) -> Place:
            return Place(path.name, 0 if row is None else row + 1)

        check_rows(duck, place, problems, pack=pack, roster=roster, period=period, codes=file.codes, plan=plan)
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
