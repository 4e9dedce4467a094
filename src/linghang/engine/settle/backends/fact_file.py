"""Facts in a Parquet file, as a ledger or another system hands them over: checked set-based, never read row by row.

Columns: `subject` (code of the roster) or its position as a whole number, `occurred_on` DATE, `kind`, `quantity` BIGINT
(ten-thousandths; absent = one), `sequence` BIGINT (order within a subject's day), optionally `event`, `record` and
`reverses` (the `record` that a row cancels), and one text column per attribute id.
"""

from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa

from linghang.engine.facts import FactFile
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.backends.duck import Duck
from linghang.engine.settle.backends.fact_checks import check_rows, source_rows
from linghang.engine.settle.backends.fact_rows import FactRows, check_columns


def check_fact_file(
    path: Path, *, pack: Pack, roster: Roster, period: Month, plan: Plan | None = None
) -> tuple[FactFile, Problems]:
    """The file with a problem for every row that cannot be settled: unknown subject, kind, attribute or value, quantity
    or (with the plan of the scheme) award out of range, day after the period, the same place in the order twice.

    Places are row numbers from 1. A column of the wrong type is the only problem that is told then.
    """
    with FactRows(path) as rows:
        file, problems = rows.file, check_columns(rows, pack)
    if problems.errors:
        return file, problems
    with duckdb.connect() as db:
        numbered = db.read_parquet(str(path), file_row_number=True)
        numbered.create_view("fact_source")
        duck = Duck(db)
        duck.view("source", source_rows(pack, numbered.columns, of="fact_source", place="file_row_number"))

        def place(row: int | None) -> Place:
            return Place(path.name, 0 if row is None else row + 1)

        check_rows(duck, place, problems, pack=pack, roster=roster, period=period, codes=file.codes, plan=plan)
    return file, problems


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
