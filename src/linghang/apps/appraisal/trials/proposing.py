"""(child) What each sheet and each column of a trial's files seems to mean, for a person to look at."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from linghang.apps.appraisal.file_run import read_pack
from linghang.apps.appraisal.trials.asked import write_problems
from linghang.apps.appraisal.trials.children import Report
from linghang.apps.exchange.mapping.model import Table, TableMapping
from linghang.apps.exchange.mapping.propose import propose_mapping, propose_roster_mapping
from linghang.apps.exchange.mapping.text import write_mapping
from linghang.apps.exchange.roster_reader import roster_of
from linghang.apps.exchange.tables.grid import Sheet, Workbook, column_letters, parse_address
from linghang.apps.exchange.tables.headers import data_rows, header_of, text_of
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.engine.packs.model import Pack
from linghang.engine.problems import Problem, Problems
from linghang.engine.roster import Roster

SAMPLES, SAMPLE_LENGTH = 3, 40
OF_SHEET = frozenset(
    {"sheet-not-read", "kind-assumed"}
)  # doubts about a whole sheet, though they name its first column


def propose_trial(wanted: Mapping[str, Any], folder: Path, progress: Report) -> dict[str, Any]:
    """What was read, for `proposal.json`, and a mapping file beside each input; `readable` is False with problems."""
    pack, _, _ = read_pack(Path(wanted["pack"]), wanted["scheme"])
    stored = [wanted["roster"], *wanted["records"]]
    books, problems = _read(stored, folder, progress)
    if problems.errors:
        names = wanted["names"]
        write_problems(folder, [replace(p, place=replace(p.place, file=names[p.place.file])) for p in problems])
        return {"readable": False}
    roster, files = Roster(()), []
    for name in stored:
        if name == wanted["roster"]:
            proposal = propose_roster_mapping(books[name])
            roster, _ = roster_of(books[name], proposal.mapping, Problems())
        else:
            proposal = propose_mapping(books[name], pack, roster)
        chosen = wanted["headers"].get(name, {})
        mapping = _with_headers(proposal.mapping, chosen)
        (folder / f"{name}.yaml").write_text(write_mapping(mapping), "utf-8")
        called = {Path(name).stem: Path(wanted["names"][name]).stem}  # a plain text file's one sheet
        files.append(_file(books[name], mapping, proposal.unsure, chosen, called) | {"stored": name})
    return {"readable": True, "files": files, "kinds": _kinds(pack)}


def _read(stored: Iterable[str], folder: Path, progress: Report) -> tuple[dict[str, Workbook], Problems]:
    names, books, problems = list(stored), {}, Problems()
    for done, name in enumerate(names):
        progress(done, len(names), "读表头")
        book, found = read_workbook(folder / name)
        problems.extend(found.errors)
        if book is not None:
            books[name] = book
    return books, problems


def _with_headers(mapping: TableMapping, chosen: Mapping[str, list[int]]) -> TableMapping:
    """Without what was proposed for a sheet whose header a person sees in another row."""

    def stays(table: Table) -> bool:
        return chosen.get(table.sheet, [table.first, table.last]) == [table.first, table.last]

    closings = mapping.closings if mapping.closings and stays(mapping.closings.table) else None
    return TableMapping(
        tuple(s for s in mapping.roster if stays(s.table)), tuple(s for s in mapping.facts if stays(s.table)), closings
    )


def _kinds(pack: Pack) -> list[dict[str, Any]]:
    return [
        {
            "title": kind.title["zh"],
            "attributes": {a.title["zh"]: [v["zh"] for v in a.values.values()] for a in kind.attributes.values()},
        }
        for kind in pack.kinds.values()
        if kind.subject == "member"
    ]


def _file(
    book: Workbook, mapping: TableMapping, unsure: Iterable[Problem], chosen: Mapping[str, list[int]],
    called: Mapping[str, str],
) -> Any:  # fmt: skip
    doubts = [replace(p, message=_in_words(p.message, called)) for p in unsure]
    sheets = [
        _sheet(sheet, mapping, doubts, chosen) | {"called": called.get(sheet.name, sheet.name)}
        for sheet in book
        if sheet.rows and not sheet.hidden
    ]
    return {
        "sheets": sheets,
        "doubts": [asdict(p) for p in doubts if not p.place.sheet],
        "fingerprint": _fingerprint(sheets),
    }


def _in_words(message: str, called: Mapping[str, str]) -> str:
    for stored, name in called.items():
        message = message.replace(f"“{stored}”", f"“{name}”")
    return message


def _fingerprint(sheets: list[dict[str, Any]]) -> str:
    """Equal for tables with the same sheets, header rows and titles, whatever stands below them."""
    said = [f"{s['sheet']}\x1f{s['first']}\x1f{s['last']}" for s in sheets]
    said += [f"{c['column']}\x1f{c['title']}" for s in sheets for c in s["columns"]]
    return hashlib.sha256("\x1e".join(said).encode()).hexdigest()


def _sheet(sheet: Sheet, mapping: TableMapping, doubts: list[Problem], chosen: Mapping[str, list[int]]) -> Any:
    tables = [*(s.table for s in mapping.roster), *(s.table for s in mapping.facts)]
    tables += [mapping.closings.table] if mapping.closings else []
    table = next((t for t in tables if t.sheet == sheet.name), None)
    first, last = (table.first, table.last) if table else chosen.get(sheet.name, _likely_header(sheet))
    own = [p for p in doubts if p.place.sheet == sheet.name]
    return {
        "sheet": sheet.name,
        "first": first,
        "last": last,
        "rows": len(sheet.rows),
        "columns": list(_columns(sheet, first, last, own)),
        "doubts": [asdict(p) for p in own if p.code in OF_SHEET or not p.place.cell],
    }


def _likely_header(sheet: Sheet) -> tuple[int, int]:
    """The first row with at least two texts, for a sheet in which no header was recognised."""
    for number, row in enumerate(sheet.rows[:40]):
        if sum(isinstance(value, str) for value in row) >= 2:
            return number, number
    return 0, 0


def _columns(sheet: Sheet, first: int, last: int, doubts: list[Problem]) -> Iterator[dict[str, Any]]:
    header = header_of(sheet, first, min(last, len(sheet.rows) - 1))
    samples: dict[int, list[str]] = {column: [] for column in header.titles}
    for row in data_rows(sheet, header):
        for column, found in samples.items():
            text = text_of(sheet.value(row, column))
            if text and len(found) < SAMPLES and text[:SAMPLE_LENGTH] not in found:
                found.append(text[:SAMPLE_LENGTH])
        if all(len(found) >= SAMPLES for found in samples.values()):
            break
    by_column: dict[int, list[Problem]] = {}
    for problem in doubts:
        if problem.place.cell and problem.code not in OF_SHEET:
            by_column.setdefault(parse_address(problem.place.cell)[1], []).append(problem)
    for column in header.titles:
        yield {
            "column": column,
            "letter": column_letters(column),
            "title": header.title(column),
            "samples": samples[column],
            "doubts": [asdict(p) for p in by_column.get(column, [])],
        }
