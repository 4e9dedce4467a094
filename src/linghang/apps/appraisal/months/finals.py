"""The hash of what became final: over the rows themselves, so that anybody can make it again from the database."""

from collections.abc import Collection, Sequence
from hashlib import sha256

from django.db import connection

_ROWS = """SELECT book, encode(sha256(convert_to(string_agg(line, E'\\x1e' ORDER BY line COLLATE "C"), 'UTF8')), 'hex')
FROM (
  SELECT book_id AS book, concat_ws(E'\\x1f', 's', subject, month, state, priced, counted, items::text,
    categories::text) AS line
  FROM appraisal_statement WHERE book_id = ANY(%(books)s)
  UNION ALL SELECT book_id, concat_ws(E'\\x1f', 'a', subject, month, booked, counted) FROM appraisal_adjustment
  WHERE book_id = ANY(%(books)s) AND NOT year_end
  UNION ALL SELECT book_id, concat_ws(E'\\x1f', 'g', subject, month, grade, state, total, band)
  FROM appraisal_graderesult WHERE book_id = ANY(%(books)s) AND grade = ANY(%(grades)s)
) rows GROUP BY book"""
NOTHING = sha256(b"").hexdigest()


def final_hashes(books: Collection[int], grades: Sequence[str]) -> dict[int, str]:
    """Book's key → SHA-256 over its statements, adjustments and `grades` (ids; those not of the year)."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"books": list(books), "grades": list(grades)})
        return dict.fromkeys(books, NOTHING) | dict(cursor.fetchall())
