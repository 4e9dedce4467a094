"""Records in the index of finding: one row per event, and one per record without an event that a person entered.

Single records of an import are not entered one by one: they are found through the person and in the list of records.
Words beside a record are searched as long as they stand; whoever opens the record reads them there.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linghang.apps.ledger.data.hooks import Appended, Told
from linghang.apps.ledger.data.occasions import occasion_title
from linghang.apps.ledger.models import Text
from linghang.apps.ledger.queries.pages_words import attribute_words, kind_title, kinds_on, said
from linghang.apps.org.search.data import FindableRow
from linghang.apps.org.search.operations import drop_findables, in_stored_language, put_findables
from linghang.ui.web.planned import planned

EVENT, FACT = "event", "fact"
TITLE = "title"  # the field of words that says what an event was about
CHUNK = 2000

# plain statements, since they run with every recording and are planned once: either for the rows that are named, or
# for all of them, portion by portion. An event stays as long as one record of it stands
_NAMED, _AFTER = "r.uuid = ANY (%(wanted)s::uuid[])", "r.id > %(after)s"
_PLACE = "JOIN LATERAL (SELECT label, path FROM access_scopenode WHERE id = r.node_id LIMIT 1) n ON TRUE"
_EVENTS = """
SELECT r.id, r.uuid, r.kind, r.occurred_on, r.number, r.node_id, n.label, n.path,
    (SELECT jsonb_object_agg(t.field, t.text ORDER BY t.id) FROM ledger_text t WHERE t.event_id = r.id AND t.text <> '')
FROM ledger_event r {place}
WHERE {those} AND EXISTS (
    SELECT FROM ledger_fact f
    WHERE f.event_id = r.id AND (SELECT TRUE FROM ledger_standingfact t WHERE t.fact_id = f.id)
)
ORDER BY r.id LIMIT %(most)s
"""
_FACTS = """
SELECT r.id, r.uuid, r.kind, r.occurred_on, r.attributes, r.node_id, n.label, n.path, r.home_id,
    (SELECT path FROM access_scopenode WHERE id = r.home_id),
    (SELECT u.uuid FROM access_user u JOIN org_person p ON p.user_id = u.id WHERE p.id = s.person_id),
    coalesce(
        (SELECT name FROM org_person WHERE id = s.person_id),
        (SELECT name FROM org_organisation WHERE id = s.organisation_id),
        (SELECT name FROM org_area WHERE id = s.area_id), s.label
    ),
    (SELECT jsonb_object_agg(t.field, t.text ORDER BY t.id) FROM ledger_text t WHERE t.fact_id = r.id AND t.text <> '')
FROM ledger_fact r {place}
JOIN LATERAL (
    SELECT person_id, organisation_id, area_id, label FROM ledger_subject WHERE id = r.subject_id LIMIT 1
) s ON TRUE
WHERE {those} AND r.event_id IS NULL AND r.reverses_id IS NULL
AND coalesce((SELECT kind FROM ledger_batch WHERE id = r.batch_id), '') <> 'import'
AND (SELECT TRUE FROM ledger_standingfact t WHERE t.fact_id = r.id)
ORDER BY r.id LIMIT %(most)s
"""
Found = tuple[FindableRow, dict[int, str]]
Make = Callable[[Sequence[Any]], Found]


def follow(facts: Sequence[Appended], _now: datetime) -> None:
    """What was recorded is found, what was cancelled is not any more; in the transaction of the recording."""
    single = [fact for fact in facts if not fact.event and not fact.imported]
    if cancelled := [fact.reverses for fact in single if fact.reverses]:
        drop_findables(FACT, cancelled)
    _put({fact.event for fact in facts if fact.event}, EVENT)
    standing = [fact for fact in single if not fact.reverses]
    _put({fact.uuid for fact in standing if fact.told is None}, FACT)
    if known := [_known(fact, fact.told) for fact in standing if fact.told is not None]:
        put_findables((row for row, _places in known), paths={key: path for _r, p in known for key, path in p.items()})


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
    return (row for row, _paths in _all(_EVENTS, _event))


def all_facts() -> Iterator[FindableRow]:
    return (row for row, _paths in _all(_FACTS, _fact))


def _put(uuids: Collection[UUID], kind: str) -> None:
    """Write some rows; those that no longer stand go."""
    if not uuids:
        return
    query, make = (_EVENTS, _event) if kind == EVENT else (_FACTS, _fact)
    paths: dict[int, str] = {}
    rows = []
    for row, places in _named(query, make, list(uuids)):
        rows.append(row)
        paths |= places
    put_findables(rows, paths=paths)
    if kind == EVENT and len(rows) < len(uuids):
        drop_findables(kind, set(uuids) - {row.uuid for row in rows})


def _named(query: str, make: Make, uuids: Sequence[UUID]) -> Iterator[Found]:
    for start in range(0, len(uuids), CHUNK):
        values = {"wanted": uuids[start : start + CHUNK], "most": CHUNK}
        yield from _made(planned(query.format(place=_PLACE, those=_NAMED), values), make)


def _all(query: str, make: Make) -> Iterator[Found]:
    values = {"after": 0, "most": CHUNK}
    while found := planned(query.format(place=_PLACE, those=_AFTER), values):
        yield from _made(found, make)
        values["after"] = found[-1][0]


def _made(rows: Sequence[Sequence[Any]], make: Make) -> list[Found]:
    """Rows in the words of the installation's language, which is what the index holds."""
    with in_stored_language():
        return [make(row) for row in rows]


def _event(row: Sequence[Any]) -> Found:
    _key, uuid, kind, day, number, node, label, path, words = row
    told: Mapping[str, str] = _json(words)
    title = _occasion(kind, day)
    line = " · ".join(text for text in (told.get(TITLE, ""), label) if text)
    return FindableRow(EVENT, uuid, node, title, line, also=(number, *told.values()), day=day), {node: path}


def _known(fact: Appended, told: Told) -> Found:
    """The row of a fact that has just been recorded, from what is known of it; as reading it would give."""
    with in_stored_language():
        return _fact([
            None, fact.uuid, fact.kind, fact.occurred_on, told.attributes, fact.node, told.place, told.path, fact.home,
            told.path, told.user, told.name, told.words,
        ])  # fmt: skip


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
