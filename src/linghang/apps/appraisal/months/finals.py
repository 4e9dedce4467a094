"""The hash of what became final: over the rows themselves, so that anybody can make it again from the database."""

from collections.abc import Sequence

from django.db import connection

_ROWS = """SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\x1e' ORDER BY line COLLATE "C"), ''), 'UTF8')),
    'hex') FROM (
  SELECT concat_ws(E'\\x1f', 's', subject, month, state, priced, counted, items::text, categories::text) AS line
  FROM appraisal_statement WHERE book_id = %(book)s
  UNION ALL SELECT concat_ws(E'\\x1f', 'a', subject, month, booked, counted) FROM appraisal_adjustment
  WHERE book_id = %(book)s AND NOT year_end
  UNION ALL SELECT concat_ws(E'\\x1f', 'g', subject, month, grade, state, total, band) FROM appraisal_graderesult
  WHERE book_id = %(book)s AND grade = ANY(%(grades)s)
) rows"""


def final_hash(book: int, grades: Sequence[str]) -> str:
    """SHA-256 over statements, adjustments and `grades` (ids; those not of the year) of a book, by its key."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"book": book, "grades": list(grades)})
        found: str = cursor.fetchone()[0]
    return found
