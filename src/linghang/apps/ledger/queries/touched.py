"""Which subjects have been recorded about since a chain stood where it stood: what has to be reckoned anew."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

SINCE = """
    SELECT DISTINCT s.uuid, s.type FROM unnest(%(places)s::bigint[], %(numbers)s::bigint[]) AS w(node, seq)
    JOIN ledger_chainentry h ON h.node_id = w.node AND h.seq > w.seq
    JOIN ledger_fact f ON f.entry_id = h.uuid
    JOIN ledger_subject s ON s.id = f.subject_id
"""


def recorded_since(marks: Mapping[int, int]) -> dict[UUID, str]:
    """Subject → its type, for every record and reversal after these numbers in the chains of these places.

    The caller has opened a scope that reaches the places.
    """
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"places": list(marks), "numbers": list(marks.values())})
        return dict(cursor.fetchall())
