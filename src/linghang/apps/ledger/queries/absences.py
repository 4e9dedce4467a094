"""Absences of a month that nobody has made up yet, for whoever closes the month of a branch."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.urls import reverse

from linghang.apps.access.queries import find_node
from linghang.apps.ledger.data.occasions import ATTENDANCE, AWAY, PRESENCE
from linghang.apps.ledger.queries.pages_words import kinds_on

MAKE_UP = "makeup.study"
GRACE = timedelta(days=31)  # a make-up study of the following month is still one for an absence of this one
UNMADE = """
    WITH own AS (
        SELECT f.subject_id, f.kind, f.occurred_on, f.attributes ->> %(presence)s AS presence
        FROM ledger_fact f JOIN ledger_standingfact t ON t.fact_id = f.id
        WHERE f.home_id = %(home)s AND f.occurred_on BETWEEN %(since)s AND %(later)s
            AND f.kind = ANY(%(kinds)s)
    ), each AS (
        SELECT subject_id,
            count(*) FILTER (WHERE presence = %(away)s AND occurred_on <= %(until)s) AS absent,
            count(*) FILTER (WHERE kind = %(made)s) AS made
        FROM own GROUP BY 1
    )
    SELECT coalesce(sum(absent), 0), coalesce(sum(greatest(absent - made, 0)), 0) FROM each
"""


@dataclass(frozen=True)
class Absences:
    """Absences of members of one branch, how many of them nobody made up, and the list of the absences."""

    absent: int
    unmade: int
    url: str


def absences(node: UUID, *, since: date, until: date) -> Absences:
    """Of the members whose branch hangs at a place of the open scope, over closed days."""
    home = find_node(node).key
    kinds = kinds_on(until)
    attendance = [kind for kind in kinds if kind.endswith(ATTENDANCE) and PRESENCE in kinds[kind].attributes]
    asked: dict[str, Any] = {
        "presence": PRESENCE, "away": AWAY, "made": MAKE_UP, "home": home, "kinds": [*attendance, MAKE_UP],
        "since": since, "until": until, "later": until + GRACE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(UNMADE, asked)
        absent, unmade = cursor.fetchone()
    listed = {"kind": attendance[0] if len(attendance) == 1 else "", f"w-{PRESENCE}": AWAY, "place": str(node)}
    days = {"since": since.isoformat(), "until": until.isoformat()}
    return Absences(int(absent), int(unmade), f"{reverse('ledger:list')}?{urlencode(listed | days)}")
