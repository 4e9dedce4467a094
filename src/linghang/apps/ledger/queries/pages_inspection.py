"""Verifications and draws that were made, and the records of a draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linghang.apps.ledger.data.pages import FactLine
from linghang.apps.ledger.models import Draw, VerificationRun
from linghang.apps.ledger.queries.pages_lines import fact_lines
from linghang.apps.ledger.queries.pages_reach import reached
from linghang.ui.web.errors import not_found

KEPT = 20


@dataclass(frozen=True)
class VerificationLine:
    """One verification: passed or not, what was checked, each damage by name."""

    uuid: UUID
    at: datetime
    by: str
    place: str
    passed: bool
    rows: int
    entries: int
    files: int
    damages: tuple[str, ...]


@dataclass(frozen=True)
class DrawLine:
    """One draw: whoever knows these can draw the same records again."""

    uuid: UUID
    seed: str
    size: int
    population: int
    since: date
    until: date
    kind: str
    place: str
    place_uuid: UUID
    at: datetime
    by: str


_POPULATION = """
    FROM ledger_fact f WHERE f.node_id = ANY(%(nodes)s) AND f.occurred_on BETWEEN %(since)s AND %(until)s
    AND f.reverses_id IS NULL AND f.recorded_at <= %(at)s AND (%(kind)s = '' OR f.kind = %(kind)s)
"""


def verifications() -> list[VerificationLine]:
    """The last ones inside the open scope, the newest first."""
    rows = VerificationRun.objects.select_related("by", "node").order_by("-at", "-pk")[:KEPT]
    return [
        VerificationLine(
            row.uuid,
            row.at,
            row.by.display_name if row.by else "",
            row.node.label,
            row.passed,
            row.rows,
            row.entries,
            row.files,
            tuple(row.damages),
        )
        for row in rows
    ]


def draws() -> list[DrawLine]:
    """The last ones inside the open scope, the newest first."""
    return [_line(row) for row in Draw.objects.select_related("by", "node").order_by("-at", "-pk")[:KEPT]]


def draw_line(uuid: UUID) -> DrawLine:
    """One draw inside the open scope."""
    row = Draw.objects.select_related("by", "node").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return _line(row)


def _line(row: Draw) -> DrawLine:
    given = row.filters
    return DrawLine(
        uuid=row.uuid,
        seed=row.seed,
        size=row.size,
        population=row.population,
        since=date.fromisoformat(given["since"]),
        until=date.fromisoformat(given["until"]),
        kind=given["kind"],
        place=row.node.label,
        place_uuid=row.node.uuid,
        at=row.at,
        by=row.by.display_name if row.by else "",
    )


def population(params: Mapping[str, Any], place: UUID) -> int:
    """How many records a draw chooses from."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_POPULATION}", {**params, "nodes": reached(place).nodes})
        found: int = cursor.fetchone()[0]
    return found


def drawn(line: DrawLine) -> list[FactLine]:
    """The records of a draw: those whose hash with the seed comes first. The same seed gives the same, always."""
    params: dict[str, Any] = {
        "nodes": reached(line.place_uuid).nodes,
        "since": line.since,
        "until": line.until,
        "kind": line.kind,
        "at": line.at,
        "seed": line.seed,
        "size": line.size,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.id {_POPULATION} ORDER BY md5(%(seed)s || f.uuid::text), f.uuid LIMIT %(size)s",
            params,
        )
        return fact_lines([key for (key,) in cursor.fetchall()])
