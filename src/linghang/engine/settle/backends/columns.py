"""Facts in columns: from `Fact` objects or from a Parquet file, in the shape that the set-based engines read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from linghang.engine.facts import Fact, cancel_reversed
from linghang.engine.roster import Roster

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)  # stand for an open side of a range: all months lie within


def fact_table(facts: Iterable[Fact], roster: Roster, attributes: Iterable[str]) -> pa.Table:
    """Standing facts of the roster's members in canonical order; their position becomes `sequence`."""
    standing = [f for f in cancel_reversed(list(facts)) if f.subject in roster]
    columns: dict[str, pa.Array] = {
        "subject": pa.array([roster.position(f.subject) for f in standing], pa.int32()),
        "occurred_on": pa.array([f.occurred_on for f in standing], pa.date32()),
        "kind": pa.array([f.kind for f in standing], pa.string()),
        "quantity": pa.array([f.quantity for f in standing], pa.int64()),
        "sequence": pa.array(range(len(standing)), pa.int64()),
        "event": pa.array([f.event for f in standing], pa.string()),
    }
    for attribute in attributes:
        columns[attribute] = pa.array([f.attributes.get(attribute) for f in standing], pa.string())
    return pa.table(columns)


@dataclass(frozen=True)
class RosterFile:
    """A Parquet file of members in the order of their positions: subject, organisation, class, first, last."""

    path: Path
    count: int


MEMBERS = pa.schema(
    [
        ("subject", pa.int32()),
        ("organisation", pa.string()),
        ("class", pa.string()),
        ("first", pa.date32()),
        ("last", pa.date32()),
    ]
)
EXEMPT_DAYS = pa.schema([("subject", pa.int32()), ("first", pa.date32()), ("last", pa.date32())])


def member_table(roster: Roster) -> pa.Table:
    """The roster in columns; an open side of the membership is null."""
    members = roster.members
    columns = [
        list(range(len(members))),
        [m.organisation for m in members],
        [m.member_class for m in members],
        [m.active.first for m in members],
        [m.active.last for m in members],
    ]
    return pa.table([pa.array(v, f.type) for v, f in zip(columns, MEMBERS, strict=True)], schema=MEMBERS)


def exempt_table(roster: Roster) -> pa.Table:
    """All ranges of days on which a member is exempt; SQL compares with both ends, so open sides are filled in."""
    rows = [(n, e.first or EARLIEST, e.last or LATEST) for n, m in enumerate(roster.members) for e in m.exempt]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    return pa.table([pa.array(v, f.type) for v, f in zip(columns, EXEMPT_DAYS, strict=True)], schema=EXEMPT_DAYS)


def arrow(
    db: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema, parameters: Mapping[str, Any] | None = None
) -> pa.Table:
    """The query's rows with exactly the schema's columns and types."""
    found = db.sql(sql, params=dict(parameters)) if parameters else db.sql(sql)
    return found.to_arrow_table().select(schema.names).cast(schema)
