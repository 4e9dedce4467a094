"""Records in the index of finding: one row per event, and one per record without an event that a person entered.

Single records of an import are not entered one by one: they are found through the person and in the list of records.
Words beside a record are searched as long as they stand; whoever opens the record reads them there.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import translation

from linghang.apps.ledger.data.hooks import Appended
from linghang.apps.ledger.data.occasions import occasion_title
from linghang.apps.ledger.models import Text
from linghang.apps.ledger.queries.pages_words import attribute_words, kind_title, kinds_on, said
from linghang.apps.org.search.data import FindableRow
from linghang.apps.org.search.operations import drop_findables, put_findables

EVENT, FACT = "event", "fact"
TITLE = "title"  # the field of words that says what an event was about
CHUNK = 2000

# plain statements, since they run with every recording; an event stays as long as one record of it stands
_EVENTS = """
SELECT e.id, e.uuid, e.kind, e.occurred_on, e.number, e.node_id, n.label, n.path,
    (SELECT jsonb_object_agg(t.field, t.text ORDER BY t.id) FROM ledger_text t WHERE t.event_id = e.id AND t.text <> '')
FROM ledger_event e JOIN access_scopenode n ON n.id = e.node_id
WHERE e.id > %(after)s AND (%(every)s OR e.uuid = ANY (%(wanted)s)) AND EXISTS (
    SELECT FROM ledger_fact f WHERE f.event_id = e.id AND f.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM ledger_fact r WHERE r.reverses_id = f.id)
)
ORDER BY e.id LIMIT %(most)s
"""
# scalar questions instead of joins: planning nine joins would take longer than the whole rest
_FACTS = """
SELECT f.id, f.uuid, f.kind, f.occurred_on, f.attributes, f.node_id, n.label, n.path, f.home_id,
    (SELECT path FROM access_scopenode WHERE id = f.home_id),
    (SELECT u.uuid FROM access_user u JOIN org_person p ON p.user_id = u.id WHERE p.id = s.person_id),
    coalesce(
        (SELECT name FROM org_person WHERE id = s.person_id),
        (SELECT name FROM org_organisation WHERE id = s.organisation_id),
        (SELECT name FROM org_area WHERE id = s.area_id), s.label
    ),
    (SELECT jsonb_object_agg(t.field, t.text ORDER BY t.id) FROM ledger_text t WHERE t.fact_id = f.id AND t.text <> '')
FROM ledger_fact f JOIN access_scopenode n ON n.id = f.node_id JOIN ledger_subject s ON s.id = f.subject_id
WHERE f.id > %(after)s AND (%(every)s OR f.uuid = ANY (%(wanted)s)) AND f.event_id IS NULL AND f.reverses_id IS NULL
AND coalesce((SELECT kind FROM ledger_batch WHERE id = f.batch_id), '') <> 'import'
AND NOT EXISTS (SELECT FROM ledger_fact r WHERE r.reverses_id = f.id)
ORDER BY f.id LIMIT %(most)s
"""
Found = tuple[FindableRow, dict[int, str]]


def follow(facts: Sequence[Appended], _now: datetime) -> None:
    """What was recorded is found, what was cancelled is not any more; in the transaction of the recording."""
    cancelled = [fact.reverses for fact in facts if fact.reverses and not fact.event]
    if cancelled:
        drop_findables(FACT, cancelled)
    _put({fact.event for fact in facts if fact.event}, EVENT)
    _put({fact.uuid for fact in facts if not fact.event and not fact.reverses}, FACT)


def forget_words(texts: Collection[Text]) -> None:
    """Words were erased: the rows that held them are written anew without them."""
    keys = [text.pk for text in texts]
    with connection.cursor() as cursor:
        for kind, query in (
            (EVENT, "SELECT e.uuid FROM ledger_event e JOIN ledger_text t ON t.event_id = e.id WHERE t.id = ANY (%s)"),
            (FACT, "SELECT f.uuid FROM ledger_fact f JOIN ledger_text t ON t.fact_id = f.id WHERE t.id = ANY (%s)"),
        ):
            cursor.execute(query, [keys])
            _put({uuid for (uuid,) in cursor.fetchall()}, kind)


def all_events() -> Iterator[FindableRow]:
    return (row for row, _paths in _rows(_EVENTS, _event, None))


def all_facts() -> Iterator[FindableRow]:
    return (row for row, _paths in _rows(_FACTS, _fact, None))


def _put(uuids: Collection[UUID], kind: str) -> None:
    """Write some rows; those that no longer stand go."""
    if not uuids:
        return
    query, make = (_EVENTS, _event) if kind == EVENT else (_FACTS, _fact)
    paths: dict[int, str] = {}
    rows = []
    for row, places in _rows(query, make, uuids):
        rows.append(row)
        paths |= places
    put_findables(rows, paths=paths)
    if kind == EVENT and len(rows) < len(uuids):
        drop_findables(kind, set(uuids) - {row.uuid for row in rows})


def _rows(query: str, make: Callable[[Sequence[Any]], Found], uuids: Collection[UUID] | None) -> Iterator[Found]:
    """Rows in the words of the installation's language, which is what the index holds."""
    values: dict[str, Any] = {"after": 0, "every": uuids is None, "wanted": list(uuids or ()), "most": CHUNK}
    while True:
        with connection.cursor() as cursor, translation.override(settings.LANGUAGE_CODE):
            cursor.execute(query, values)
            found = cursor.fetchall()
            made = [make(row) for row in found]
        yield from made
        if len(found) < CHUNK:
            return
        values["after"] = found[-1][0]


def _event(row: Sequence[Any]) -> Found:
    _key, uuid, kind, day, number, node, label, path, words = row
    told: Mapping[str, str] = _json(words)
    title = _occasion(kind, day)
    line = " · ".join(text for text in (told.get(TITLE, ""), label) if text)
    return FindableRow(EVENT, uuid, node, title, line, also=(number, *told.values()), day=day), {node: path}


def _fact(row: Sequence[Any]) -> Found:
    _key, uuid, kind, day, attributes, node, label, path, home, home_path, user, name, words = row
    kinds = kinds_on(day)
    line = " · ".join(text for text in (attribute_words(kinds.get(kind), _json(attributes)), label) if text)
    found = FindableRow(
        FACT, uuid, node, f"{name} {kind_title(kinds, kind)}", line, also=tuple(_json(words).values()), home=home,
        readers=(user,) if user else (), day=day,
    )  # fmt: skip
    return found, {node: path} | ({home: home_path} if home else {})


def _occasion(kind: str, day: date) -> str:
    title = occasion_title(kind, kinds_on(day))
    return said(title) if title else kind


def _json(value: Any) -> dict[str, str]:
    """Columns of JSON come as text where no field of Django reads them."""
    return json.loads(value) if isinstance(value, str) else dict(value or {})
