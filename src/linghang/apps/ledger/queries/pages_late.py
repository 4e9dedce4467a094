"""补录清单 and same-day mass entry: when things were written down, place by place, for the inspector.

Speaks of recordings, not of people's zeal: nothing is ranked, and what an import brought says so.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linghang.apps.access.queries import keys_in_words
from linghang.ui.web.paging import PER_PAGE, Page

LONGEST_DAYS = 400
SHOWN = 2000


@dataclass(frozen=True)
class LateFilter:
    """Records of what happened in closed days; `late` and `many`, `days` are the thresholds asked for."""

    since: date
    until: date
    place: UUID | None = None
    late: int = 8
    many: int = 10
    days: int = 3


@dataclass(frozen=True)
class LateLine:
    """One place and recorder: how many of the records were late, by how many days."""

    place: str
    place_uuid: UUID
    recorder: str
    records: int
    late: int
    middle: int
    most: int
    imported: int

    @property
    def share(self) -> str:
        """'3/40'."""
        return f"{self.late}/{self.records}"


@dataclass(frozen=True)
class MassLine:
    """Many records of different days that one person wrote down at one place on one day."""

    place: str
    place_uuid: UUID
    recorder: str
    recorded_on: date
    records: int
    days: int
    first: date
    last: date
    imported: int


_BASE = """
    FROM ledger_fact f JOIN ledger_standingfact t ON t.fact_id = f.id
    JOIN access_scopenode n ON n.id = f.node_id
    LEFT JOIN access_user u ON u.id = f.recorded_by_id
    LEFT JOIN ledger_batch b ON b.id = f.batch_id
    WHERE f.node_id = ANY (ARRAY({places})) AND f.occurred_on BETWEEN %(since)s AND %(until)s
"""
_DAY = "(f.recorded_at AT TIME ZONE 'Asia/Shanghai')::date"
# asked for what is rare: one look-up in the table of standing records for every record takes three times as long
_STANDS = "f.reverses_id IS NULL AND NOT EXISTS (SELECT FROM ledger_fact r WHERE r.reverses_id = f.id)"
# of one after the other until the first that stands, as a place nearly always has one: joined, all would be looked at
_IS_NOT_TAKEN_BACK = "f.reverses_id IS NULL AND (SELECT r.id FROM ledger_fact r WHERE r.reverses_id = f.id) IS NULL"
_LATE = f"""
    {_DAY} - f.occurred_on >= %(late)s AND f.occurred_on BETWEEN %(since)s AND %(until)s
"""
# records of a week later are few, and an index (`fact_late`) knows them: who and where comes from it, everything else
# is counted for the lines of one page only; OFFSET 0 has the days of a record counted once and not in every column
_WHO_AND_WHERE = f"""
    WITH wrote AS (
        SELECT DISTINCT f.node_id, f.recorded_by_id FROM ledger_fact f
        WHERE f.node_id = ANY (ARRAY({{places}})) AND {_LATE}),
    late AS (
        SELECT DISTINCT w.node_id, coalesce(u.display_name, '') AS recorder
        FROM wrote w LEFT JOIN access_user u ON u.id = w.recorded_by_id
        WHERE (SELECT TRUE FROM ledger_fact f
            WHERE f.node_id = w.node_id AND f.recorded_by_id IS NOT DISTINCT FROM w.recorded_by_id AND {_LATE}
            AND {_IS_NOT_TAKEN_BACK} LIMIT 1))
"""  # noqa: S608  texts of this file
LATE = f"""
    {_WHO_AND_WHERE},
    page AS (
        SELECT l.node_id, n.label, n.uuid, l.recorder, n.path, count(*) OVER () AS total
        FROM late l JOIN access_scopenode n ON n.id = l.node_id
        ORDER BY n.path COLLATE "C", l.recorder LIMIT %(shown)s OFFSET %(start)s)
    SELECT p.total, p.label, p.uuid, p.recorder, c.* FROM page p CROSS JOIN LATERAL (
        SELECT count(*), count(*) FILTER (WHERE r.days >= %(late)s),
            percentile_disc(0.5) WITHIN GROUP (ORDER BY r.days), max(r.days), count(*) FILTER (WHERE r.imported)
        FROM (
            SELECT {_DAY} - f.occurred_on AS days,
                f.batch_id IS NOT NULL
                AND (SELECT b.kind FROM ledger_batch b WHERE b.id = f.batch_id) = 'import' AS imported
            FROM ledger_fact f LEFT JOIN access_user u ON u.id = f.recorded_by_id
            WHERE f.node_id = p.node_id AND f.occurred_on BETWEEN %(since)s AND %(until)s
            AND coalesce(u.display_name, '') = p.recorder
            AND {_STANDS} OFFSET 0) r) c
    ORDER BY p.path COLLATE "C", p.recorder
"""  # noqa: S608  texts of this file
HOW_MANY = f"{_WHO_AND_WHERE} SELECT count(*) FROM late"  # noqa: S608  texts of this file
MASS = f"""
    SELECT n.label, n.uuid, coalesce(u.display_name, ''), {_DAY}, count(*), count(DISTINCT f.occurred_on),
        min(f.occurred_on), max(f.occurred_on), count(*) FILTER (WHERE b.kind = 'import')
    {_BASE}
    GROUP BY n.path, n.label, n.uuid, u.display_name, {_DAY}
    HAVING count(*) >= %(many)s AND count(DISTINCT f.occurred_on) >= %(days)s
    ORDER BY 4 DESC, n.path, 3 LIMIT %(shown)s
"""


def late_page(asked: LateFilter, number: int) -> Page[LateLine]:
    """One page of places and recorders with late records, in the order of the tree; past the end the last one."""
    rows = _rows(LATE, asked, shown=PER_PAGE, start=(number - 1) * PER_PAGE)
    if not rows and number > 1:
        first = _rows(LATE, asked, shown=1)
        return late_page(asked, -(-first[0][0] // PER_PAGE)) if first else Page([], 1, 0)
    return Page([LateLine(*row) for _total, *row in rows], number, rows[0][0] if rows else 0)


def late_lines(asked: LateFilter) -> list[LateLine]:
    """The same without pages, for an export."""
    return [LateLine(*row) for _total, *row in _rows(LATE, asked)]


def late_count(asked: LateFilter) -> int:
    """How many lines the list has, up to as many as it exports; what stands in them is not counted."""
    return min(sum(int(number) for (number,) in _rows(HOW_MANY, asked)), SHOWN)


def mass_lines(asked: LateFilter) -> list[MassLine]:
    """Days on which much was written down at once, the latest first."""
    return [MassLine(*row) for row in _rows(MASS, asked)]


def _rows(sql: str, asked: LateFilter, *, shown: int = SHOWN, start: int = 0) -> list[tuple[Any, ...]]:
    """The places are found by the statement itself: two thousand keys take longer to write and to plan than to find."""
    places, keys = keys_in_words(under=asked.place)
    if not places:
        return []
    within = {f"place{number}": value for number, value in enumerate(keys)}
    params: dict[str, Any] = {
        "since": asked.since,
        "until": asked.until,
        "late": asked.late,
        "many": asked.many,
        "days": asked.days,
        "shown": shown,
        "start": start,
    }
    words = sql.replace("{places}", places % tuple(f"%({name})s" for name in within))
    with connection.cursor() as cursor:
        cursor.execute(words, within | params)
        return list(cursor.fetchall())


def note_of(line: LateLine | MassLine) -> str:
    """What must be known to read the line fairly."""
    return _("其中%(n)s条来自导入") % {"n": line.imported} if line.imported else ""
