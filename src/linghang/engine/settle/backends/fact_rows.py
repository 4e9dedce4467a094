"""A Parquet file of facts (its columns: `fact_file`), and the facts of some of its members as objects.

Reads by DuckDB alone: whoever explains one member waits for no other library to load.
"""

import os
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from linghang.engine.facts import Fact, FactFile
from linghang.engine.points import UNIT
from linghang.engine.problems import Place, Problems

if TYPE_CHECKING:
    from linghang.engine.packs.model import Pack
    from linghang.engine.roster import Roster

NEEDED = ("subject", "occurred_on", "kind", "sequence")
OTHERS = ("quantity", "event", "record", "reverses")
MOST_OBJECTS = 200_000

WHOLE = frozenset(f"{sign}{size}" for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"))
TEXT = frozenset({"VARCHAR"})
EMPTY = frozenset({'"NULL"'})  # a column of nothing, as DuckDB calls it
_QUOTE = '"'
_WANTED = {"occurred_on": "date32", "sequence": "整数", "quantity": "整数", "subject": "string 或整数"}
_FITS = {"date32": frozenset({"DATE"}), "整数": WHOLE, "string": TEXT, "string 或整数": TEXT | WHOLE}

Row = dict[str, Any]


class FactRows:
    """A file of facts that is open; close it by using it as a context."""

    def __init__(self, path: Path) -> None:
        """Raises duckdb.Error where the path leads to no Parquet file."""
        self.path = path
        self.db = duckdb.connect(config={"threads": len(os.sched_getaffinity(0))})
        try:
            self.source = self.db.read_parquet(str(path))
        except duckdb.Error:
            self.db.close()
            raise
        self.types = dict(zip(self.source.columns, map(str, self.source.types), strict=True))
        self._begun: tuple[str, Future[list[Row]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self.db.close()

    @property
    def holds_facts(self) -> bool:
        """Whether it has the columns of facts, rather than being somebody's table saved as Parquet."""
        return self.types.keys() >= set(NEEDED)

    @property
    def file(self) -> FactFile:
        return FactFile(self.path, codes=self.types["subject"] not in WHOLE)

    def begin(self, code: str) -> None:
        """Start to read the facts of the one member who is probably asked for, by the database's own threads."""
        if self.file.codes and not self._begun:
            pool = ThreadPoolExecutor(1)
            self._begun = code, pool.submit(self._rows_of, code)
            pool.shutdown(wait=False)

    def _stop(self) -> None:
        if self._begun:
            self.db.interrupt()
            wait([self._begun[1]])
            self._begun = None

    def all_facts(self, roster: "Roster") -> list[Fact]:
        """All facts as objects in canonical order, for what needs every line; ValueError where there are too many."""
        count = self.source.aggregate("count(*)").fetchall()[0][0]
        if count > MOST_OBJECTS:
            raise ValueError(f"{self.path.name} 有 {count} 条记录，逐条明细和 reference 引擎最多 {MOST_OBJECTS} 条")
        codes, rows = [m.code for m in roster], _rows(self.source)
        told = rows if self.file.codes else [r | {"subject": codes[r["subject"]]} for r in rows]
        return sorted(self._objects(told), key=lambda f: (roster.position(f.subject), *f.order))

    def facts_of(self, roster: "Roster", codes: Collection[str]) -> list[Fact]:
        """The facts of some members as objects. Of the other columns only the rows that are wanted are unpacked, and
        where the file lies in the order of members, most of it is not read at all.
        """
        told = {code if self.file.codes else roster.position(code): code for code in codes}
        return self._objects([r | {"subject": told[r["subject"]]} for r in self._wanted(list(told))])

    def _wanted(self, keys: list[Any]) -> list[Row]:
        if self._begun and keys == [self._begun[0]]:
            begun, self._begun = self._begun[1], None
            return begun.result()
        self._stop()
        if len(keys) < 2:
            return [row for key in keys for row in self._rows_of(key)]
        self.db.execute("CREATE OR REPLACE TEMP TABLE chosen AS SELECT UNNEST(?) AS key", [keys])
        self.source.create_view("source")
        return _rows(self.db.sql("SELECT s.* FROM source s JOIN chosen c ON c.key = s.subject"))

    def _rows_of(self, key: str | int) -> list[Row]:
        return _rows(self.source.filter(duckdb.ColumnExpression("subject") == duckdb.ConstantExpression(key)))

    def _objects(self, rows: list[Row]) -> list[Fact]:
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
                source=Place(self.path.name, column=str(row["sequence"])),
            )
            for row in rows
            if not row.get("reverses") and (row["subject"], row.get("record")) not in cancelled
        ]


def _rows(found: duckdb.DuckDBPyRelation) -> list[Row]:
    """What a query gives, as Python knows it."""
    names = found.columns
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def open_facts(path: Path) -> FactRows | None:
    """The file, opened; None where it is not Parquet with the columns of facts."""
    if path.suffix.lower() != ".parquet":
        return None
    try:
        rows = FactRows(path)
    except duckdb.Error:
        return None
    if rows.holds_facts:
        return rows
    rows.db.close()
    return None


def begin_to_read(paths: Sequence[Path], code: str) -> FactRows | None:
    """The one file of facts, this member's rows on their way; None where there are other files, or several."""
    rows = open_facts(paths[0]) if len(paths) == 1 else None
    if rows:
        rows.begin(code)
    return rows


def is_fact_file(path: Path) -> bool:
    """Whether a file is Parquet with the columns of facts, rather than somebody's table saved as Parquet."""
    rows = open_facts(path)
    if rows is None:
        return False
    rows.db.close()
    return True


def check_columns(rows: FactRows, pack: "Pack") -> Problems:
    """What is wrong with the columns: there must be whole numbers, days and texts only, for a fractional quantity or a
    time of day would be settled as something else.
    """
    problems, name = Problems(), rows.path.name
    texts = ["kind", "event", "record", "reverses", *(a for k in pack.kinds.values() for a in k.attributes)]
    for column, words in (_WANTED | dict.fromkeys(texts, "string")).items():
        kind = rows.types.get(column)
        if kind and kind not in (_FITS[words] if column in NEEDED else _FITS[words] | EMPTY):
            found = f"“{column}”这一列的类型是 {kind.strip(_QUOTE)}，应是 {words}"
            problems.add(Place(name, column=column), "bad-column", found, "由交数据的系统改正")
    if "reverses" in rows.types and "record" not in rows.types:
        problems.add(Place(name), "bad-column", "有“reverses”，没有“record”，不知道冲正的是哪一条", "补上 record 一列")
    return problems


def all_facts(file: FactFile, roster: "Roster") -> list[Fact]:
    """All facts as objects in canonical order, for what needs every line; ValueError where there are too many."""
    with FactRows(file.path) as rows:
        return rows.all_facts(roster)


def facts_of(file: FactFile, roster: "Roster", code: str) -> list[Fact]:
    """One member's facts as objects, for explanations."""
    return facts_of_some(file, roster, [code])


def facts_of_some(file: FactFile, roster: "Roster", codes: Collection[str]) -> list[Fact]:
    """The facts of some members as objects: only their rows are read."""
    if not codes:
        return []
    with FactRows(file.path) as rows:
        return rows.facts_of(roster, codes)
