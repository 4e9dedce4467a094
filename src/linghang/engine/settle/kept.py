"""Long runs that may be killed: what is settled is kept on disk, part by part, and a second call goes on from there.

A part counts as done when its note is there and names files with exactly those contents; the note is put in place last.
Parts belong to one run: to its rules, its people and closings, its facts to the last byte, and to what computes it.
Anything else begins anew, in a folder of its own.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linghang import __version__
from linghang.engine.facts import FactFile
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle import parts
from linghang.engine.settle.backends.columns import exempt_table, member_table
from linghang.engine.settle.membership import Closed
from linghang.engine.settle.part_result import PartResult
from linghang.engine.settle.results import BEFORE, SCHEMAS

FORMAT = 1


def file_hash(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def run_key(plan: Plan, roster: Roster, facts: FactFile, closed: Closed) -> str:
    """SHA-256 over everything that decides what the parts of a run hold."""
    digest = hashlib.sha256()
    layout = (FORMAT, parts.ROWS_PER_CHUNK, parts.PARTS_PER_CHUNK, parts.CELLS_PER_PART)
    versions = (__version__, duckdb.__version__, pa.__version__)
    digest.update(repr((layout, versions, plan.rules_hash, plan.pack.content_hash, plan.scheme.id)).encode())
    digest.update(repr([m.code for m in roster]).encode())
    for table in (member_table(roster), exempt_table(roster)):
        digest.update(repr(table.to_pydict()).encode())
    digest.update(repr([m.brought for m in roster] if plan.brings else ()).encode())
    digest.update(repr(sorted((o, m.index) for o, m in closed)).encode())
    digest.update(repr((file_hash(facts.path), facts.codes)).encode())
    return digest.hexdigest()


class KeptParts:
    """A sink that keeps what it takes in a folder, and knows what an earlier call has put there."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.folder, self.names = folder, tuple(names)
        folder.mkdir(parents=True, exist_ok=True)
        self.done = {int(note.stem) for note in folder.glob("*.json") if self._is_whole(note)}

    @classmethod
    def of(cls, plan: Plan, folder: Path, key: str) -> "KeptParts":
        """For the run of that key."""
        return cls(folder / key[:32], (*parts.TABLES, "before") if plan.counts_back else parts.TABLES)

    def has(self, part: int) -> bool:
        return part in self.done

    def take(self, part: int, result: PartResult) -> None:
        """Write the part's tables, then the note that says that they are all there."""
        hashes = {}
        for name in self.names:
            path = self._file(part, name)
            unfinished = path.with_suffix(".part")
            pq.write_table(result.table(name).cast(_schema(name)), unfinished, compression="zstd")
            _to_disk(unfinished)
            hashes[path.name] = file_hash(unfinished)
            unfinished.rename(path)
        note = self.folder / f"{part:06d}.json"
        unfinished = note.with_suffix(".part")
        unfinished.write_text(json.dumps(hashes), "utf-8")
        _to_disk(unfinished)
        unfinished.rename(note)
        self.done.add(part)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """Everything, in the order of the parts."""
        numbers = sorted(self.done)
        return {
            name: pa.concat_tables([pq.read_table(self._file(n, name)).cast(_schema(name)) for n in numbers])
            for name in self.names
        }

    def _file(self, part: int, name: str) -> Path:
        return self.folder / f"{part:06d}-{name}.parquet"

    def _is_whole(self, note: Path) -> bool:
        """Whether the files that a note names are there as it says."""
        try:
            hashes = json.loads(note.read_text("utf-8"))
            wanted = {self._file(int(note.stem), name).name for name in self.names}
            return hashes.keys() == wanted and all(file_hash(self.folder / n) == h for n, h in hashes.items())
        except (OSError, ValueError, AttributeError):
            return False


def _schema(name: str) -> pa.Schema:
    return BEFORE if name == "before" else SCHEMAS[name]


def _to_disk(path: Path) -> None:
    """A note must not outlive the files that it speaks of."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
