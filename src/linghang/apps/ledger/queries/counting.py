"""How often linked people and places met, counted from records: what `org` asks for its quotas."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from linghang.apps.ledger.models import Fact
from linghang.apps.org.data.links import CountAsk
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.keys import place_paths
from linghang.ui.web.scope import system_scope

_COUNTS = """
    SELECT a.key, count(DISTINCT CASE a.what
        WHEN 'day' THEN f.occurred_on::text
        WHEN 'event' THEN coalesce('e' || f.event_id, 'f' || f.id)
        ELSE f.id::text END)
    FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::date[], %s::date[], %s::text[])
        AS a(key, kind, subject, path, since, until, what)
    LEFT JOIN ledger_subject s ON s.uuid = a.subject
    LEFT JOIN (ledger_fact f JOIN ledger_standingfact t ON t.fact_id = f.id
        JOIN access_scopenode n ON n.id = f.node_id)
        ON f.subject_id = s.id AND f.kind = a.kind AND f.occurred_on BETWEEN a.since AND a.until
        AND (a.path IS NULL OR starts_with(n.path, a.path))
    GROUP BY a.key
"""


def count_links(asks: Sequence[CountAsk]) -> Mapping[UUID, int]:
    """Days, events or records with a standing record of the kind; kinds that nobody declared are left out.

    Whoever asks has read the link itself inside his scope; the number is part of it.
    """
    kinds = pack_in_force(on=max((ask.until for ask in asks), default=date.max)).kinds
    known = [ask for ask in asks if ask.kind in kinds]
    paths = place_paths({ask.right for ask in known if ask.right})
    rows = [
        (a.key, a.kind, a.left, paths.get(a.right, "-") if a.right else None, a.since, a.until, a.distinct)
        for a in known
    ]
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [list(column) for column in zip(*rows, strict=True)])
        return dict(cursor.fetchall())


def people_with_records(people: Collection[UUID]) -> Mapping[UUID, str]:
    """Those of the people of whom something was recorded: their entry cannot be taken back."""
    with system_scope(reason="a record that the actor cannot see still stands in the way"):
        found = Fact.objects.filter(subject__person__uuid__in=people, standing__isnull=False)
        return dict.fromkeys(found.values_list("subject__person__uuid", flat=True).distinct(), "已有记录")
