"""What the settlement asks of a database: to take tables in, to keep what a query gives, and to hand rows out.

Statements are the engine's own text in DuckDB's dialect; a backend rewrites them (`dialects`).
"""

from collections.abc import Iterable
from typing import Protocol

import pyarrow as pa

from linghang.engine.periods import Month, Span, span_end
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.backends.sql import counting
from linghang.engine.settle.backends.sql_further import standing
from linghang.engine.settle.backends.tables import STANDINGS, People


class Backend(Protocol):
    """A database during one settlement; names are fixed words of the engine."""

    def put(self, name: str, rows: pa.Table) -> None:
        """Take a small table in."""

    def view(self, name: str, sql: str) -> None:
        """Give a query a name, or its name another query."""

    def keep(self, name: str, sql: str) -> None:
        """Keep what a query gives as a table."""

    def batches(self, sql: str) -> Iterable[pa.RecordBatch]:
        """Hand out what a query gives."""


def stand(backend: Backend, plan: Plan, told: People) -> None:
    """all_standings(subject, month, item, points): where everybody stands in each span that is over.

    The one step that looks from one member to another. Needs all facts as `facts`, and the tables of `told`.
    """
    backend.put("all_members", told.members)
    if told.changing:
        backend.put("class_days", told.class_days)
    hits = counting(plan, has_unscored=told.has_unscored, changing=told.changing)
    backend.keep(
        "counted",
        f"""SELECT subject, month, item, SUM(points) AS count FROM (
{hits}
) GROUP BY subject, month, item""",
    )
    asked = [
        standing(plan, i, m, changing=told.changing)
        for i in plan.items
        if i.stands
        for m in plan.months
        if _over(i.standing_span, m)
    ]
    if asked:
        backend.keep("all_standings", "\nUNION ALL\n".join(f"SELECT * FROM (\n{sql}\n)" for sql in asked))
    else:
        backend.put("all_standings", STANDINGS.empty_table())


def _over(span: Span, month: Month) -> bool:
    return span_end(month, span) == month
