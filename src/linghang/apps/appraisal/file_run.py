"""The main job on files: a pack, a roster and records become statements. Used by the command line and the trial page.

Needs no Django settings: nothing of the database is touched.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linghang.apps.appraisal.file_inputs import read_inputs
from linghang.apps.appraisal.file_request import FileRequest, Inputs, with_last_year
from linghang.engine.facts import Fact, FactTable, Stored
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problem, ProblemsFound
from linghang.engine.settle.engines import Progress
from linghang.engine.settle.kept import file_hash
from linghang.engine.settle.results import Settlement
from linghang.engine.settle.run import Request, settle, silent
from linghang.engine.settle.store import MANIFEST, TOTALS, load_frozen, save

STATEMENTS = "statements.xlsx"


@dataclass(frozen=True)
class Outcome:
    """A settlement with what was left out of it."""

    request: FileRequest
    inputs: Inputs
    settlement: Settlement

    @property
    def left_out(self) -> list[Problem]:
        return self.inputs.problems.errors


def settle_files(request: FileRequest, *, progress: Progress = silent) -> Outcome:
    """Read, check and settle. Any problem stops with ProblemsFound, unless `keep_going`."""
    inputs = read_inputs(request, progress=progress)
    frozen = None
    if request.prior:
        frozen, found = load_frozen(
            request.prior,
            inputs.roster,
            scheme=inputs.scheme,
            pack=inputs.pack,
            period=request.period,
        )
        inputs.problems.extend(found)
        if found.errors:
            raise ProblemsFound(inputs.problems)
    if inputs.problems.errors and not request.keep_going:
        raise ProblemsFound(inputs.problems)
    roster = with_last_year(request, inputs)
    wanted = Request(inputs.pack, inputs.scheme, roster, request.period, inputs.closed, frozen)
    facts = inputs.objects() if request.lines or request.engine == "reference" else inputs.facts
    settlement = settle(wanted, facts, engine=request.engine, lines=request.lines, progress=progress)
    return Outcome(request, inputs, settlement)


def write_outputs(outcome: Outcome, folder: Path, *, now: datetime) -> None:
    """Write statements.xlsx, totals.parquet and run.json into the folder: all of them, or nothing.

    A folder that holds something else than an earlier result of the same month raises ProblemsFound.
    """
    from linghang.apps.exchange.statements import write_statements  # loads the writer of workbooks

    _check_target(folder, outcome.request.period)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        asked = outcome.request
        sources = [*describe_files([asked.roster, *asked.records], asked.names), *_tables(outcome.inputs.facts)]
        if asked.last_year:
            sources += describe_files([asked.last_year / TOTALS], {TOTALS: f"上年结果 {asked.last_year.name}"})
        manifest = {"made_at": now.isoformat(timespec="seconds"), "inputs": sources, "left_out": len(outcome.left_out)}
        save(outcome.settlement, fresh, manifest=manifest)
        write_statements(
            fresh / STATEMENTS, outcome.settlement, problems=list(outcome.inputs.problems), sources=sources, now=now
        )
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check_target(folder: Path, period: Month) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        earlier = json.loads((folder / MANIFEST).read_text())["period"]
    except (OSError, ValueError, KeyError):
        earlier = None
    if earlier != str(period):
        what = f"是 {earlier} 的核算结果" if earlier else "不是空的"
        problem = Problem(Place(str(folder)), "target-in-use", f"输出文件夹{what}，没有写入", "换一个新的 --out 文件夹")
        raise ProblemsFound([problem])


def _swap(fresh: Path, folder: Path) -> None:
    """Put the finished folder in place; an earlier result of the same month leaves only after that."""
    old = fresh.with_name(fresh.name + "-old")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def describe_files(paths: Iterable[Path], names: Mapping[str, str]) -> list[dict[str, str]]:
    """Name and SHA-256 of each input: what a result stands on."""
    return [{"file": names.get(p.name, p.name), "sha256": file_hash(p)} for p in paths]


def _tables(facts: list[Fact] | Stored) -> list[dict[str, str]]:
    """The table of a database that a result stands on, with its rows and a figure that no other content has."""
    if not isinstance(facts, FactTable):
        return []
    return [{"table": facts.name, "rows": str(facts.rows), "digest": facts.digest}]
