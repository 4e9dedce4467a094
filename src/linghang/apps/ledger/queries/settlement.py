"""Records for the engine: as a Parquet file for a whole period, as objects for one subject."""

import json
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import connection

from linghang.apps.ledger.models import ChainHead
from linghang.apps.org.packs import pack_in_force
from linghang.engine.facts import Fact, FactFile
from linghang.engine.problems import Place
from linghang.ui.web.planned import send_what_waits

# the engine's content hash with the subject's code in it, so that facts from here and from a file order alike
_KEY = """encode(sha256(convert_to(concat_ws(E'\\x1f', f.kind, c.code, to_char(f.occurred_on, 'YYYY-MM-DD'), f.quantity,
    coalesce(e.uuid::text, ''), f.sequence,
    (SELECT string_agg(key || '=' || value, E'\\x1f' ORDER BY key COLLATE "C") FROM jsonb_each_text(f.attributes)), ''),
    'UTF8')), 'hex')"""
_FROM = """FROM ledger_fact f
    JOIN ledger_subject s ON s.id = f.subject_id
    JOIN unnest(%(uuids)s::uuid[], %(codes)s::text[]) AS c(uuid, code) ON c.uuid = s.uuid
    LEFT JOIN ledger_event e ON e.id = f.event_id"""
_STANDING = "JOIN ledger_standingfact t ON t.fact_id = f.id"
_AS_OF = """JOIN ledger_chainentry h ON h.uuid = f.entry_id
    JOIN unnest(%(places)s::bigint[], %(numbers)s::bigint[]) AS w(node, seq) ON w.node = h.node_id AND h.seq <= w.seq
    LEFT JOIN (ledger_fact b JOIN ledger_chainentry bh ON bh.uuid = b.entry_id
        JOIN unnest(%(places)s::bigint[], %(numbers)s::bigint[]) AS bw(node, seq)
        ON bw.node = bh.node_id AND bh.seq <= bw.seq) ON b.reverses_id = f.id"""
_WHERE = """WHERE f.occurred_on BETWEEN %(since)s AND %(until)s AND f.reverses_id IS NULL
    AND (%(nodes)s::bigint[] IS NULL OR f.node_id = ANY(%(nodes)s::bigint[]) OR f.home_id = ANY(%(nodes)s::bigint[]))"""


@dataclass(frozen=True)
class Wanted:
    """Whose records of which days. `codes` maps subjects to the roster's codes: nobody else is read.

    `nodes` limits to what happened at these places or to people at home there. `watermark` (place → number of the
    last entry of its chain) gives what stood then; without it what stands now.
    """

    codes: Mapping[UUID, str]
    since: date
    until: date
    nodes: Collection[int] | None = None
    watermark: Mapping[int, int] | None = None


def watermark(nodes: Collection[int] | None = None) -> dict[int, int]:
    """How far the chain of each place inside the open scope goes: what a result stands on."""
    heads = ChainHead.objects.all() if nodes is None else ChainHead.objects.filter(pk__in=nodes)
    return dict(heads.order_by("pk").values_list("pk", "seq"))


def facts_for_settlement(wanted: Wanted, *, target: Path) -> FactFile:
    """Write the standing records in canonical order as a Parquet file that the engine settles.

    The caller has read `codes` inside his scope. A million records take some seconds and little memory.
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    names = _attribute_names(wanted)
    texts = ("subject", "kind", "event", *names)
    types = dict.fromkeys(texts, pa.string()) | {"occurred_on": pa.date32()}
    types |= {"quantity": pa.int64(), "sequence": pa.int64()}
    options = csv.ConvertOptions(column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False)
    with tempfile.TemporaryFile() as file:
        _copy_csv(wanted, names, file)
        file.seek(0)
        with csv.open_csv(file, convert_options=options) as reader:
            schema = reader.schema
            with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch)
    return FactFile(target, codes=True)


def settlement_facts(wanted: Wanted) -> list[Fact]:
    """The same as objects in canonical order: for a subject or two, or for explanations."""
    sql = (
        "SELECT f.kind, c.code, f.occurred_on, f.quantity, f.attributes::text, coalesce(e.uuid::text, ''), f.sequence,"
        f" f.uuid {_rows(wanted)} ORDER BY c.code, f.occurred_on, f.sequence, {_KEY}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, _parameters(wanted))
        return [
            Fact(kind, code, day, quantity, json.loads(attributes), event, sequence, source=Place(column=str(uuid)))
            for kind, code, day, quantity, attributes, event, sequence, uuid in cursor.fetchall()
        ]


def _copy_csv(wanted: Wanted, names: list[str], file: IO[bytes]) -> None:
    columns = ", ".join(f"f.attributes ->> '{name}' AS \"{name}\"" for name in names)
    more = f", {columns}" if columns else ""
    order = f"f.occurred_on, f.sequence, {_KEY}"
    select = (
        "SELECT c.code AS subject, f.occurred_on, f.kind, f.quantity,"
        f" row_number() OVER (ORDER BY {order}) AS sequence, coalesce(e.uuid::text, '') AS event{more}"
        f" {_rows(wanted)} ORDER BY 5"
    )
    send_what_waits()  # a record of this operation belongs to what is read
    with connection.cursor() as cursor:
        copy = cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE (event))", _parameters(wanted))
        with copy as rows:
            for part in rows:
                file.write(part)


def _rows(wanted: Wanted) -> str:
    if wanted.watermark is None:
        return f"{_FROM} {_STANDING} {_WHERE}"
    return f"{_FROM} {_AS_OF} {_WHERE} AND b.id IS NULL"


def _parameters(wanted: Wanted) -> dict[str, Any]:
    marks = wanted.watermark or {}
    return {
        "uuids": list(wanted.codes.keys()),
        "codes": list(wanted.codes.values()),
        "since": wanted.since,
        "until": wanted.until,
        "nodes": None if wanted.nodes is None else list(wanted.nodes),
        "places": list(marks.keys()),
        "numbers": list(marks.values()),
    }


def _attribute_names(wanted: Wanted) -> list[str]:
    """Of all kinds in force; names of a pack are checked there and hold no quotes."""
    found = {name for kind in pack_in_force(on=wanted.until).kinds.values() for name in kind.attributes}
    return sorted(name for name in found if name.replace("-", "").replace("_", "").isalnum())
