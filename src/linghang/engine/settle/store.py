"""A settlement on disk: `totals.parquet` (all tables, long) and `run.json` (what it stands on).

Levels of a row of `totals.parquet`; amounts are hundredths of a point, months are texts like 2026-03:
    item, category, month   `id` names the node; `base` is a category's full mark
    unknown                 an item that cannot be known before the branch closes its recording
    adjustment              `month` it belongs to, `booked` in which it counts
    grade                   `month` ends the span; `counted` is the span's total
    selection               a member on the proposal list `id`
"""

import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linghang import __version__
from linghang.engine.packs.mechanism_model import TOTAL
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month, Span, span_start
from linghang.engine.problems import Place, Problem, Problems
from linghang.engine.roster import Balance, Roster
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.results import SCHEMAS, Settlement, State, table

TOTALS, MANIFEST = "totals.parquet", "run.json"
FORMAT = 1
NAME_COLUMN = {
    "items": "item",
    "categories": "category",
    "unknown": "item",
    "grades": "grade",
    "selections": "selection",
}
LEVELS = {
    "items": "item",
    "categories": "category",
    "months": "month",
    "unknown": "unknown",
    "adjustments": "adjustment",
    "grades": "grade",
    "selections": "selection",
}
SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("subject", "month", "booked", "level", "id", "state", "band")]
    + [(n, pa.int64()) for n in ("base", "priced", "counted", "facts")]
)


def save(settlement: Settlement, folder: Path, *, manifest: Mapping[str, Any]) -> None:
    """Write both files into the folder; `manifest` adds what the caller knows (inputs with hashes, time).

    The caller gives a fresh folder and puts it in place as a whole; so nobody meets half a result.
    """
    pq.write_table(long_table(settlement), folder / TOTALS, compression="zstd")
    text = json.dumps(describe(settlement) | dict(manifest), ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text, "utf-8")


def describe(settlement: Settlement) -> dict[str, Any]:
    """What a run is: pack, period, engine, versions and the hash of its results."""
    plan = settlement.plan
    return {
        "format": FORMAT,
        "pack": plan.pack.label,
        "pack_hash": plan.pack.content_hash,
        "rules_hash": plan.rules_hash,
        "invented": plan.pack.identity.invented,
        "scheme": plan.scheme.id,
        "period": str(settlement.period),
        "members": len(settlement.roster),
        "engine": settlement.engine,
        "versions": own_versions() | dict(settlement.versions),
        "result_hash": settlement.result_hash,
        "notes": dict(settlement.notes),
    }


def own_versions() -> dict[str, str]:
    """What every settlement is computed with, whichever engine prices: grades are DuckDB's on all of them."""
    return {"linghang": __version__, "duckdb": duckdb.__version__, "python": platform.python_version()}


def long_table(settlement: Settlement) -> pa.Table:
    """All tables below each other, subjects by code and months as text."""
    codes = [m.code for m in settlement.roster]
    parts = [_long(name, found, codes) for name, found in settlement.tables.items()]
    return pa.concat_tables(parts).sort_by([(c, "ascending") for c in ("subject", "month", "level", "id", "booked")])


def _long(name: str, found: pa.Table, codes: list[str]) -> pa.Table:
    count = found.num_rows
    columns: dict[str, Any] = {field.name: pa.nulls(count, field.type) for field in SCHEMA}
    columns["level"] = pa.array([LEVELS[name]] * count, pa.string())
    columns["subject"] = pa.array([codes[s] for s in found["subject"].to_pylist()], pa.string())
    for column in ("month", "booked"):
        if column in found.column_names:
            texts = [str(Month.from_index(m)) for m in found[column].to_pylist()]
            columns[column] = pa.array(texts, pa.string())
    columns["id"] = found[NAME_COLUMN[name]] if name in NAME_COLUMN else pa.array([""] * count, pa.string())
    for column in ("state", "band", "base", "priced", "counted", "facts"):
        if column in found.column_names:
            columns[column] = found[column]
    if name == "grades":
        columns["counted"] = found["total"]
    return pa.table(columns, schema=SCHEMA)


def load_frozen(
    folder: Path, roster: Roster, *, pack: Pack, scheme: str, period: Month
) -> tuple[Frozen | None, Problems]:
    """The results of an earlier run as frozen months, subjects found in today's roster by code.

    Everybody of the earlier run must still stand in the roster (who left has an end date); the scheme must be the same,
    and the pack must price the final months as it did then: later months may have got new rules. The run lies before
    `period` in the same year. All problems at once.
    """
    problems = Problems()
    read = _read(folder, scheme, _PRIOR, problems)
    if read is None:
        return None, problems
    manifest, until, totals = read
    if not span_start(period, Span.YEAR) <= until < period:
        message = f"上期结果是 {until.words} 的，不是 {period.words} 之前、同一年的"
        hint = "每年从 1 月重新开始，1 月不用上期结果；其余月份给上一个月的结果"
        problems.add(Place(str(folder / MANIFEST)), "prior-period", message, hint)
    if not problems.errors and manifest.get("rules_hash") != compile_plan(pack, scheme, until).rules_hash:
        message = (
            f"这个方案包给 {until.words} 及以前各月计分的规则，和上期（{manifest.get('pack')}）不同，已定的月份不能重算"
        )
        hint = "年中调整的数，写成参数的新一行（带起始月份），不要改旧数；以后月份的新规则不受影响"
        problems.add(Place(str(folder / MANIFEST)), "prior-pack", message, hint)
    subjects = totals["subject"].to_pylist()
    for code in sorted({c for c in subjects if c not in roster}):
        message = f"上期结果里有编码“{code}”，花名册里没有"
        hint = "已转出的人也要留在花名册里，写上转出日期"
        problems.items.append(Problem(Place(str(folder)), "prior-member-missing", message, hint))
    if problems.errors:
        return None, problems
    tables = {name: _short(name, totals, roster) for name in SCHEMAS}
    return Frozen(tables, until), problems


def load_balances(folder: Path, *, scheme: str, period: Month) -> tuple[Mapping[str, Balance], Problems]:
    """What the final result of the year before `period` leaves, by code; who is not in it had nothing.

    The folder holds a result of December of that year, of the scheme of the same name, without months that are
    provisional.
    """
    problems, place = Problems(), Place(str(folder / MANIFEST))
    read = _read(folder, scheme, _LAST_YEAR, problems)
    if read is None:
        return {}, problems
    manifest, until, totals = read
    if until != Month(period.year - 1, 12):
        message = f"--last-year 给的是 {until.words} 的结果，不是 {period.year - 1}年12月的"
        problems.add(place, "last-year-period", message, "给上年十二月的结果：一年的分要算完了才能结转")
    rows = totals.select(["subject", "level", "id", "state", "priced", "counted"]).to_pylist()
    if any(row["level"] == "month" and row["state"] == State.PROVISIONAL for row in rows):
        message = "上年的结果里还有暂算的月份"
        problems.add(place, "last-year-open", message, "上年各月都关账以后再算一次，用那个结果")
    source = f"{period.year - 1}年积分结果 {str(manifest.get('result_hash', ''))[:12]}"
    return ({} if problems.errors else _balances(rows, source)), problems


def _balances(rows: list[dict[str, Any]], source: str) -> dict[str, Balance]:
    """By code: months, what came late, and categories, added up."""
    sums: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        if row["level"] not in ("month", "adjustment", "category") or row["counted"] is None:
            continue
        node = row["id"] if row["level"] == "category" else TOTAL
        held = sums.setdefault(row["subject"], {}).setdefault(node, [0, 0])
        held[0] += row["counted"]
        held[1] += 0 if row["priced"] is None else row["priced"] - row["counted"]
    return {code: balance_of(nodes, source) for code, nodes in sums.items()}


def balance_of(nodes: Mapping[str, Sequence[int]], source: str) -> Balance:
    """Node → [counted, cut]; what floors gave back is nothing that was cut."""
    return Balance(tuple((node, counted, max(0, cut)) for node, (counted, cut) in sorted(nodes.items())), source)


class _Asked(NamedTuple):
    """Which result somebody gave: its name, where it comes from, the code if it cannot be read."""

    word: str
    origin: str
    unreadable: str


_PRIOR = _Asked("上期结果", "上一次", "prior-unreadable")
_LAST_YEAR = _Asked("上年结果", "上年十二月", "last-year-unreadable")


def _read(
    folder: Path, scheme: str, asked: _Asked, problems: Problems
) -> tuple[dict[str, Any], Month, pa.Table] | None:
    """Manifest, period and totals of an earlier result; None where it cannot be read, which is then a problem."""
    try:
        manifest, until = _read_manifest(folder / MANIFEST)
        totals = pq.read_table(folder / TOTALS, schema=SCHEMA)
    except (OSError, ValueError, pa.ArrowInvalid) as error:
        hint = f"给出{asked.origin} linghang settle 的 --out 文件夹，里面要有 {MANIFEST} 和 {TOTALS}"
        problems.add(Place(str(folder)), asked.unreadable, f"{asked.word}读不出来：{error}", hint)
        return None
    if manifest.get("scheme") != scheme:
        message = f"{asked.word}是办法“{manifest.get('scheme')}”的，这次是“{scheme}”"
        problems.add(Place(str(folder / MANIFEST)), "prior-scheme", message)
    return manifest, until, totals


def _read_manifest(path: Path) -> tuple[dict[str, Any], Month]:
    """The manifest and its period; raises ValueError for what no run of ours wrote."""
    manifest = json.loads(path.read_text("utf-8"))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ValueError(f"{path.name} 不是核算结果，或由别的版本写出")
    return manifest, Month.parse(str(manifest.get("period")))


def _short(name: str, totals: pa.Table, roster: Roster) -> pa.Table:
    rows = [r for r in totals.to_pylist() if r["level"] == LEVELS[name]]
    wanted = SCHEMAS[name].names
    found = []
    for row in rows:
        values = {c: row.get(c) for c in wanted} | {"subject": roster.position(row["subject"])}
        for column in {"month", "booked"} & set(wanted):
            values[column] = Month.parse(row[column]).index
        if name in NAME_COLUMN:
            values[NAME_COLUMN[name]] = row["id"]
        if name == "grades":
            values["total"] = row["counted"]
        found.append(values)
    return table(name, found)
