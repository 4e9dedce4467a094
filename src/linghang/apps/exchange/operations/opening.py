"""The opened file of an import: its workbook with the corrected cells, and what its columns seem to mean."""

from collections.abc import Mapping
from datetime import datetime

from linghang.apps.exchange.data import Context
from linghang.apps.exchange.folders import read_json, write_json
from linghang.apps.exchange.imports.children import BOOK, CORRECTIONS, LOOKS
from linghang.apps.exchange.imports.proposing import propose_rows
from linghang.apps.exchange.imports.stored import load_book, mapping_json, mapping_of
from linghang.apps.exchange.kinds import ImportKind
from linghang.apps.exchange.mapping.model import RosterSheet, Table, TableMapping
from linghang.apps.exchange.matching.looks import looks_of, with_headers
from linghang.apps.exchange.models import Import
from linghang.apps.exchange.queries import FOLDERS, remembered
from linghang.apps.exchange.tables.grid import Workbook
from linghang.ui.web.clock import day_of
from linghang.ui.web.viewer import Viewer


def context_of(row: Import, actor: Viewer, now: datetime) -> Context:
    """On whose behalf an import is checked and written."""
    said = {name: value for name, value in row.said.items() if isinstance(value, str)}
    return Context(row.uuid, actor, row.role, row.path, day_of(now), now, row.file, said)


def book_of(row: Import) -> Workbook:
    """The file as it was opened, with the cells that were written over on the page."""
    folder = FOLDERS.of(row.uuid)
    return load_book(folder / BOOK, row.file, read_json(folder / CORRECTIONS))


def propose_columns(
    row: Import, kind: ImportKind, context: Context, chosen: Mapping[str, list[int]] | None = None,
    keep: TableMapping | None = None,
) -> None:  # fmt: skip
    """Keep how the sheets look, and fill `mapping`: what was remembered for such headers, else what the titles say.

    `chosen` are header rows that a person sees elsewhere; `keep` is what he said of the other sheets.
    """
    book = book_of(row)
    proposed = kind.propose(book, context) if kind.propose else propose_rows(book, kind)
    mapping = with_headers(keep or proposed.mapping, chosen or {})
    looks = looks_of(book, mapping, proposed.unsure, chosen or {}, {})
    looks["chosen"] = dict(chosen or {})
    if kind.records is not None:
        looks["kinds"] = list(kind.records(context))
    else:
        mapping = _with_bare_sheets(mapping, chosen or {})
    known = None if chosen else remembered(row, looks["fingerprint"])
    looks["remembered"] = known is not None
    write_json(FOLDERS.of(row.uuid) / LOOKS, looks)
    row.mapping = mapping_json(mapping_of(known.mapping)) if known else mapping_json(mapping)


def _with_bare_sheets(mapping: TableMapping, chosen: Mapping[str, list[int]]) -> TableMapping:
    """A sheet whose header a person has pointed at is read, with columns still to be chosen."""
    known = {sheet.table.sheet for sheet in mapping.roster}
    bare = [RosterSheet(Table(name, *rows), {}) for name, rows in chosen.items() if name not in known]
    return TableMapping((*mapping.roster, *bare), mapping.facts, mapping.closings)
