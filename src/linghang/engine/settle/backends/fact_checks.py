"""What cannot be settled among stored facts, found set-based by the database that holds them.

Reads source(place, subject, occurred_on, kind, sequence, quantity, a0…), attributes of the pack in the order of
`attributes_of`: names of a pack never become part of a statement's text. Statements are in DuckDB's dialect.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any, Protocol

import pyarrow as pa

from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan, TruthRow
from linghang.engine.settle.backends.fact_view import quoted
from linghang.engine.settle.backends.sql import OPEN
from linghang.engine.settle.backends.tables import code_table

SHOWN = 20  # rows that are named per kind of finding; how many more there are is said

Places = Callable[[Any], Place]  # of what `source` calls the row


class Asked(Protocol):
    """The database, as far as it is asked here."""

    def put(self, name: str, rows: pa.Table) -> None: ...

    def answers(self, sql: str) -> list[Any]:
        """All rows that a query gives."""
        ...


def attributes_of(pack: Pack) -> list[str]:
    return sorted({a for k in pack.kinds.values() for a in k.attributes})


def source_rows(pack: Pack, present: Collection[str], *, of: str, place: str) -> str:
    """The query that makes `source` out of a table with columns `present`, rows called by the expression `place`."""
    chosen = [f"{place} AS place", "subject", "occurred_on", "kind", "sequence"]
    chosen.append("quantity" if "quantity" in present else f"CAST({UNIT} AS BIGINT) AS quantity")
    for number, name in enumerate(attributes_of(pack)):
        chosen.append(f"{quoted(name) if name in present else 'CAST(NULL AS VARCHAR)'} AS a{number}")
    return f"SELECT {', '.join(chosen)} FROM {of}"


def check_rows(
    db: Asked,
    place: Places,
    problems: Problems,
    *,
    pack: Pack,
    roster: Roster,
    period: Month,
    codes: bool,
    plan: Plan | None = None,
) -> None:
    """Add a problem for every row that cannot be settled; with the plan, awards are held against their ranges too."""
    db.put("kinds", _kinds(pack))
    db.put("domain", _domain(pack))
    db.put("codes", code_table(roster))
    for code, sql, words in _checks(codes, period):
        _report(db, place, code, sql, words, problems)
    for number, attribute in enumerate(attributes_of(pack)):
        words = f"“{attribute}”没有“{{}}”这个取值"
        _report(db, place, "unknown-value", _not_in_domain(number), words, problems)
        words = f"“{{}}”没有“{attribute}”这一项"
        _report(db, place, "unknown-attribute", _not_of_kind(number), words, problems)
    if plan and (judged := _judged(plan)):
        db.put("judged", judged)
        words = "评定 {} 分（百分之一），不在办法的范围内"
        _report(db, place, "award-range", _bad_awards(plan, attributes_of(pack)), words, problems)


def _kinds(pack: Pack) -> pa.Table:
    kinds = list(pack.kinds.values())
    most = [2**62 if k.quantity_max is None else k.quantity_max for k in kinds]
    return pa.table({"kind": [k.id for k in kinds], "least": [k.quantity_min for k in kinds], "most": most})


def _domain(pack: Pack) -> pa.Table:
    """(kind, attribute, value) of everything that may be said; value null where the attribute may be absent."""
    rows: list[tuple[str, int, str | None]] = []
    numbers = {name: number for number, name in enumerate(attributes_of(pack))}
    for kind in pack.kinds.values():
        for attribute in kind.attributes.values():
            rows += [(kind.id, numbers[attribute.id], value) for value in attribute.values]
            if not attribute.required:
                rows.append((kind.id, numbers[attribute.id], None))
    types = {"kind": pa.string(), "attribute": pa.int32(), "value": pa.string()}
    return pa.table({n: pa.array([r[i] for r in rows], kind) for i, (n, kind) in enumerate(types.items())})


def _checks(codes: bool, period: Month) -> Iterator[tuple[str, str, str]]:
    """(code, query of the wrong rows as (place, what), sentence)."""
    known = f"SELECT {'code' if codes else 'position'} FROM codes"
    yield "unknown-member", _rows("subject", f"subject IS NULL OR subject NOT IN ({known})"), "花名册里没有“{}”"
    yield "unknown-kind", _rows("kind", "kind IS NULL OR kind NOT IN (SELECT kind FROM kinds)"), "没有“{}”这种记录"
    yield "bad-date", _rows("occurred_on", "occurred_on IS NULL"), "没有日期{}"
    yield "bad-column", _rows("kind", "sequence IS NULL"), "“sequence”空着（{}）"
    yield "out-of-period", _rows("occurred_on", f"occurred_on > DATE '{period.last}'"), "日期 {} 在核算月份之后"
    sql = """SELECT s.place, CAST(s.quantity AS VARCHAR) FROM source s JOIN kinds k ON k.kind = s.kind
        WHERE s.quantity IS NULL OR s.quantity < k.least OR s.quantity > k.most"""
    yield "quantity-range", sql, "数量 {}（万分之一单位）超出范围"
    sql = """SELECT MAX(place), CAST(subject AS VARCHAR) FROM source
        GROUP BY subject, occurred_on, sequence HAVING COUNT(*) > 1"""
    yield "duplicate", sql, "“{}”同一天有两条记录的 sequence 相同"


def _rows(column: str, wrong: str) -> str:
    return f"SELECT place, COALESCE(CAST({column} AS VARCHAR), '') FROM source WHERE {wrong}"


def _not_in_domain(number: int) -> str:
    return f"""SELECT s.place, COALESCE(s.a{number}, '') FROM source s
        WHERE EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = {number})
        AND NOT EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = {number}
                        AND d.value IS NOT DISTINCT FROM s.a{number})"""


def _not_of_kind(number: int) -> str:
    return f"""SELECT s.place, s.kind FROM source s JOIN kinds k ON k.kind = s.kind
        WHERE s.a{number} IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM domain d WHERE d.kind = s.kind AND d.attribute = {number})"""


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
    return f"""SELECT DISTINCT s.place, CAST({points} AS VARCHAR) FROM source s JOIN judged j
        ON j.kind = s.kind AND j.month = year(s.occurred_on) * 12 + month(s.occurred_on) - 1
        AND {" AND ".join([*same, "s.quantity >= j.low", "s.quantity < j.high"])}
        WHERE {points} NOT BETWEEN j.least AND j.most"""


def _report(db: Asked, place: Places, code: str, sql: str, words: str, problems: Problems) -> None:
    found = db.answers(f"SELECT * FROM ({sql}) ORDER BY 1 LIMIT {SHOWN}")
    for row, what in found:
        problems.add(place(row), code, words.format(what))
    if len(found) == SHOWN:
        count = db.answers(f"SELECT COUNT(*) FROM ({sql})")[0][0]
        if count > SHOWN:
            problems.add(place(None), code, f"同样的问题还有 {count - SHOWN} 处")
