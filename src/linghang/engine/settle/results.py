"""What a settlement gives, in columns: equal, row for row, whichever backend computed it.

`subject` is the position in the roster, `month` a `Month.index`, points are hundredths. `priced` is what the facts are
worth before the node's own limits, `counted` what remains after them:

    items       what each item gives in a month; Σ counted over a category = its priced minus its base
    categories  base + Σ items = priced → limits → counted
    months      Σ categories = priced → limits → counted: the month's total, and its state
    unknown     items whose value cannot be known yet (law 5: unknown is not zero)
    adjustments what late facts change in months that are already final, booked in the open month
    grades      bands by span; `total` is Σ months + adjustments booked within the span
    selections  who meets all conditions of a proposal list; people decide
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.periods import Month
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.lines import STATE_WORDS as STATE_WORDS
from linghang.engine.settle.lines import Cut as Cut
from linghang.engine.settle.lines import GradeState as GradeState
from linghang.engine.settle.lines import Line as Line
from linghang.engine.settle.lines import State as State

_KEYS = [("subject", pa.int32()), ("month", pa.int32())]
_AMOUNTS = [("priced", pa.int64()), ("counted", pa.int64())]
SCHEMAS: Mapping[str, pa.Schema] = {
    "items": pa.schema([*_KEYS, ("item", pa.string()), *_AMOUNTS, ("facts", pa.int64())]),
    "categories": pa.schema([*_KEYS, ("category", pa.string()), ("base", pa.int64()), *_AMOUNTS]),
    "months": pa.schema([*_KEYS, ("state", pa.string()), *_AMOUNTS]),
    "unknown": pa.schema([*_KEYS, ("item", pa.string())]),
    "adjustments": pa.schema([*_KEYS, ("booked", pa.int32()), ("counted", pa.int64())]),
    "grades": pa.schema(
        [*_KEYS, ("grade", pa.string()), ("state", pa.string()), ("total", pa.int64()), ("band", pa.string())]
    ),
    "selections": pa.schema([("subject", pa.int32()), ("selection", pa.string())]),
}

# what only goals of several years ask for, and no result keeps: facts of the years before
BEFORE = pa.schema([("subject", pa.int32()), ("item", pa.string()), ("facts", pa.int64())])


@dataclass(frozen=True)
class Settlement:
    """The tables above, with what they stand on."""

    plan: Plan
    roster: Roster
    period: Month
    engine: str
    tables: Mapping[str, pa.Table]
    lines: tuple[Line, ...] | None = None
    notes: Mapping[str, str] = field(default_factory=dict)  # too_late: how many; year_end_closing: the day in words
    versions: Mapping[str, str] = field(default_factory=dict)  # of what the engine computed with
    too_late: tuple[Mapping[str, int], ...] = ()  # differences that are booked no more, as rows of `adjustments`

    def rows(self, table: str, **equal: int | str) -> list[dict[str, Any]]:
        """Rows as dicts, filtered by equality of columns; for the sizes that people read."""
        found = self.tables[table]
        for column, value in equal.items():
            found = found.filter(pc.equal(found[column], value))
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    def member(self, subject: int) -> Member:
        return self.roster.members[subject]

    def month_total(self, code: str, month: Month) -> int | None:
        """The counted total of one member's month; None when exempt or not settled."""
        found = self.rows("months", subject=self.roster.position(code), month=month.index)
        return found[0]["counted"] if found and found[0]["state"] != State.EXEMPT else None

    @property
    def year_end_words(self) -> str:
        """'年终关账期至 2027年1月15日:此前补录的上年记录仍计入上年'; "" except in December."""
        day = self.notes.get("year_end_closing")
        return f"年终关账期至 {day}：此前补录的上年记录仍计入上年" if day else ""

    @property
    def result_hash(self) -> str:
        """One hash over every table: equal on every engine, machine and order of rows."""
        return hash_tables(self.tables)


def table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows into the table of that name, in canonical order."""
    return canonical(name, pa.Table.from_pylist(list(rows), schema=SCHEMAS[name]))


def canonical(name: str, found: pa.Table) -> pa.Table:
    """The table with exactly its schema's columns, sorted by all of its key columns."""
    schema = SCHEMAS[name]
    keys = [f for f in schema if f.name not in ("priced", "counted", "facts", "base", "total", "band", "state")]
    ordered = found.select([f.name for f in keys]).cast(pa.schema(keys))
    order = pc.sort_indices(ordered, [(f.name, "ascending") for f in keys])
    return found.select(schema.names).take(order).cast(schema).combine_chunks()  # encoded words move faster


def hash_tables(tables: Mapping[str, pa.Table]) -> str:
    """SHA-256 over all tables in canonical order, each value written as text."""
    digest = hashlib.sha256()
    for name in sorted(SCHEMAS):
        digest.update(f"\x1e{name}\n".encode())
        for row in canonical(name, tables[name]).to_batches(max_chunksize=65536):
            for values in zip(*(c.to_pylist() for c in row.columns), strict=True):
                digest.update(("\x1f".join("" if v is None else str(v) for v in values) + "\n").encode())
    return digest.hexdigest()
