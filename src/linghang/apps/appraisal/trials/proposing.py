"""(child) What each sheet and each column of a trial's files seems to mean, for a person to look at."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from linghang.apps.appraisal.file_request import read_pack
from linghang.apps.appraisal.trials.asked import write_problems
from linghang.apps.appraisal.trials.children import Report
from linghang.apps.exchange.mapping.propose import propose_mapping, propose_roster_mapping
from linghang.apps.exchange.mapping.text import write_mapping
from linghang.apps.exchange.matching.looks import kinds_of, looks_of, with_headers
from linghang.apps.exchange.roster_reader import roster_of
from linghang.apps.exchange.tables.grid import Workbook
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.engine.problems import Problems
from linghang.engine.roster import Roster


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
        mapping = with_headers(proposal.mapping, chosen)
        (folder / f"{name}.yaml").write_text(write_mapping(mapping), "utf-8")
        called = {Path(name).stem: Path(wanted["names"][name]).stem}  # a plain text file's one sheet
        files.append(looks_of(books[name], mapping, proposal.unsure, chosen, called) | {"stored": name})
    return {"readable": True, "files": files, "kinds": kinds_of(pack)}


def _read(stored: Iterable[str], folder: Path, progress: Report) -> tuple[dict[str, Workbook], Problems]:
    names, books, problems = list(stored), {}, Problems()
    for done, name in enumerate(names):
        progress(done, len(names), "读表头")
        book, found = read_workbook(folder / name)
        problems.extend(found.errors)
        if book is not None:
            books[name] = book
    return books, problems
