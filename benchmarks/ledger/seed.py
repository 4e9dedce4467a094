"""Millions of records with a valid chain, by COPY: written as the operations write them, only faster.

Foreign keys are not checked row by row, indexes are built at the end; `linghang ledger verify` says that it is right.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from linghang.apps.ledger.data.heads import HEADS_FILE, Head, head_line
from linghang.apps.ledger.data.identity import new_uuid, slot_of
from linghang.apps.ledger.data.leaves import NOTHING, merkle_root, seal
from linghang.apps.ledger.data.records import NewFact
from linghang.apps.ledger.operations.recording import content_key
from linghang.apps.ledger.operations.rows import TYPES, FactContent, Stamp, fact_leaf, fact_row

BRANCHES, PEOPLE = 40, 50
FIRST, DAYS = date(2024, 1, 1), 730
ROWS = 100_000
ENTRY = 10  # facts under one entry of the chain
KINDS = (
    ("life.attendance", {"meeting": "theme-day", "presence": "present", "reason": "none"}),
    ("service.volunteer", {"role": "participant"}),
    ("study.hours", {"form": "branch"}),
    ("duty.task", {"completion": "in-time"}),
)
ENTRY_COLUMNS = "uuid, node_id, seq, root, previous, mac, leaves, counts, at"


@dataclass(frozen=True)
class Somebody:
    """A subject to record of, by its keys."""

    key: int
    uuid: Any
    node: int
    top: int


def make_people() -> list[Somebody]:
    """Forty branches of fifty people under one committee, through the operations, unless they are there."""
    from linghang.apps.ledger.models import Subject
    from linghang.apps.ledger.operations import ensure_subjects
    from linghang.apps.org.models import Organisation, Person
    from linghang.apps.org.operations import create_organisation
    from linghang.ui.web.writing import SYSTEM

    if not Organisation.objects.exists():
        top = create_organisation(kind="party_committee", name="党委", parent=None, founded_on=FIRST, actor=SYSTEM)
        for number in range(BRANCHES):
            name = f"第{number + 1}党支部"
            create_organisation(kind="branch", name=name, parent=top, founded_on=FIRST, actor=SYSTEM)
        rows = [
            Person(name=f"人{n}", node_id=branch.node_id, top_id=branch.top_id)
            for branch in Organisation.objects.filter(kind="branch")
            for n in range(PEOPLE)
        ]
        Person.objects.bulk_create(rows)
        ensure_subjects(uuids=[row.uuid for row in rows], actor=SYSTEM)
    found = Subject.objects.filter(person__isnull=False).order_by("pk")
    values = found.values_list("pk", "uuid", "person__node_id", "top_id")
    return [Somebody(*row) for row in values]


def seed(address: str, data: Path, people: list[Somebody], count: int, *, key: bytes) -> float:
    """Append `count` facts as the superuser; returns the seconds it took."""
    began = time.monotonic()
    with psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        indexes = _drop_indexes(connection)
        heads = dict(connection.execute("SELECT node_id, seq FROM ledger_chainhead").fetchall())
        assert not heads, "seed once, into an empty ledger"
        last: dict[int, tuple[int, bytes]] = {}
        (data / HEADS_FILE).parent.mkdir(exist_ok=True)
        with (data / HEADS_FILE).open("a") as file:
            for start in range(0, count, ROWS):
                _portion(connection, people, start, min(ROWS, count - start), key, last, file)
                print(f"  {min(start + ROWS, count):,} / {count:,}  {time.monotonic() - began:.0f} s", flush=True)
        with connection.cursor().copy("COPY ledger_chainhead (node_id, seq, mac) FROM STDIN") as copy:
            for node, (seq, mac) in last.items():
                copy.write_row((node, seq, mac))
        connection.execute("SELECT setval('ledger_fact_id_seq', %s)", [count])
        for definition in indexes:
            connection.execute(definition)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return time.monotonic() - began


def _drop_indexes(connection: psycopg.Connection) -> list[str]:
    """Those that no constraint owns; returns how to make them again."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename = 'ledger_fact' AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
    ).fetchall()
    for name, _definition in found:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def _portion(connection, people, start: int, count: int, key: bytes, last: dict, file) -> None:
    facts, entries, standing, lines = [], [], [], []
    for node, at, rows, slots in _transactions(people, start, count):
        seq, previous = last.get(node, (0, NOTHING))
        entry, counts = new_uuid(), f"{len(rows)} 0 0 0 0"
        stamp = Stamp(at, None)
        facts += [fact_row(content, stamp, entry) for content in rows]
        root = merkle_root(fact_leaf(content, stamp) for content in rows)
        mac = seal(key, uuid=entry, node=node, seq=seq + 1, counts=counts, root=root, previous=previous, at=at)
        entries.append((entry, node, seq + 1, root, previous, mac, len(rows), counts, at))
        standing += slots
        lines.append(head_line(Head(node, seq + 1, mac)))
        last[node] = (seq + 1, mac)
    columns = ", ".join(TYPES["ledger_fact"])
    for table, names, rows in (
        ("ledger_chainentry", ENTRY_COLUMNS, entries),
        ("ledger_fact", columns, facts),
        ("ledger_standingfact", "fact_id, slot", standing),
    ):
        with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    file.write("".join(lines))


def _transactions(people: list[Somebody], start: int, count: int) -> Iterator[tuple[int, datetime, list, list]]:
    """Groups of facts of one branch, recorded the day after."""
    random = Random(start)
    done = 0
    while done < count:
        size = min(ENTRY, count - done)
        first = random.randrange(len(people) // PEOPLE) * PEOPLE
        kind, attributes = random.choice(KINDS)
        day = FIRST + timedelta(days=random.randrange(DAYS))
        at = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC) + timedelta(days=1)
        rows, slots = [], []
        for number in range(size):
            somebody = people[first + (done + number) % PEOPLE]
            sequence = start + done + number
            item = NewFact(kind, somebody.uuid, day, attributes=attributes, sequence=sequence)
            content = _content(item, somebody, start + done + number + 1)
            rows.append(content)
            slot = slot_of(
                kind=kind,
                subject=somebody.uuid,
                occurred_on=day,
                attributes=attributes,
                role="",
                sequence=sequence,
                event=None,
            )
            slots.append((content.id, slot))
        done += size
        yield people[first].node, at, rows, slots


def _content(item: NewFact, somebody: Somebody, key: int) -> FactContent:
    return FactContent(
        id=key,
        uuid=new_uuid(),
        kind=item.kind,
        subject=somebody.key,
        subject_uuid=somebody.uuid,
        occurred_on=item.occurred_on,
        quantity=item.quantity,
        attributes=item.attributes,
        event=None,
        event_uuid=None,
        role="",
        sequence=item.sequence,
        node=somebody.node,
        home=somebody.node,
        top=somebody.top,
        source="",
        key=content_key(item, somebody.uuid, None),
    )
