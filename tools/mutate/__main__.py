"""python -m tools.mutate [--sample N] [--seed N] [--only PATH …] [--out FILE]: how much the engine's tests notice.

Without --sample every mutant is tried. An interrupted run goes on where it stopped.
"""

import argparse
import random
import sys
from pathlib import Path

from tools.mutate.asking import OPTIONS, TESTS, prepare
from tools.mutate.changes import mutant, places
from tools.mutate.report import Known, write
from tools.mutate.session import ENGINE, ROOT, Session

FOLDERS = ("rules", "settle")
SERVERS = (
    "settle/backends/postgres",
    "settle/backends/spark",
    "settle/backends/dialects",
)  # what only a server or a cluster can run: proved by tests of their own
SEED = 20261121


def every(only: list[str]) -> list[tuple[str, int]]:
    """(file, number of the change) of all mutants."""
    files = [p for folder in FOLDERS for p in sorted((ENGINE / folder).rglob("*.py"))]
    names = [str(p.relative_to(ENGINE)) for p in files]
    chosen = [n for n in names if (not only or n in only) and not n.startswith(SERVERS)]
    return [(n, number) for n in chosen for number in range(places((ENGINE / n).read_text("utf-8")))]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutate", description=__doc__)
    parser.add_argument("--sample", type=int, help="so many mutants, drawn with the seed; all without it")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", nargs="*", default=[], help="files below engine/, for example settle/late.py")
    parser.add_argument("--minutes", type=float, default=10_000, help="stop after so many, with what was tried by then")
    parser.add_argument("--log", type=Path, default=ROOT / "var" / "mutants.jsonl", help="what has been tried so far")
    parser.add_argument("--out", type=Path, help="where the result goes as JSON")
    options = parser.parse_args(arguments)
    prepare()
    import pytest

    found = every(options.only)
    draw = random.Random(options.seed)  # noqa: S311 - the same sample every time, and no secret
    draw.shuffle(found)  # a larger sample begins with the smaller one
    drawn = found[: options.sample] if options.sample else found
    chosen = [mutant(file, (ENGINE / file).read_text("utf-8"), number) for file, number in drawn]
    options.log.parent.mkdir(parents=True, exist_ok=True)
    session = Session(chosen, options.log, options.minutes)
    pytest.main([*OPTIONS, *TESTS], plugins=[session])
    return write(session, len(found), options.seed, Known.read(), options.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
