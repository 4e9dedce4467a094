"""From a pack's texts to sheets, and from sheets to a pack's texts with everything that is wrong, by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linghang.engine.packs.cases import CASES, read_cases
from linghang.engine.packs.compose import Node, compose_bytes
from linghang.engine.packs.load import LOCK, PARTS, load_source
from linghang.engine.packs.read import IDENTITY
from linghang.engine.packs.schema import PackProblems, TooManyProblems
from linghang.engine.packs.schemes import SCHEME
from linghang.engine.packs.sheets.read import Contents, Sheet, read_sheets
from linghang.engine.packs.sheets.write import Grid, sheets_of
from linghang.engine.packs.source import NodeSource
from linghang.engine.packs.texts import Texts
from linghang.engine.packs.yaml_text import yaml_text
from linghang.engine.problems import Place, Problems, ProblemsFound

LONGEST_CELL = 32_767  # what a cell of an .xlsx holds
LOCK_NOTE = "# 所用方案包的版本和内容指纹，由 linghang pack lock 写入，不要手改。\n"


def shape_of(file: str) -> Any:
    """What reads a file of a pack; None for the lock and for files that no part of a pack lies in."""
    folders = {"schemes": SCHEME, "cases": CASES}
    folder, _, name = file.partition("/")
    return folders.get(folder) if name else {"pack.yaml": IDENTITY, **PARTS}.get(file)


def grids_of(texts: Texts) -> list[Grid]:
    """The sheets of a pack that has passed the check; raises ProblemsFound for what no cell can hold."""
    problems = Problems()
    nodes = {n: compose_bytes(t.encode(), n, problems) for n, t in texts.items() if shape_of(n) or n == LOCK}
    found: dict[str, Node] = {name: node for name, node in nodes.items() if node is not None}
    if problems.errors or len(found) < len(nodes):
        raise ProblemsFound(problems)
    grids = sheets_of(found, {name: text for name, text in texts.items() if not name.endswith(".yaml")})
    for grid in grids:
        if any(len(text) > LONGEST_CELL for row in grid.rows for text in row):
            words = f"“{grid.name}”里有一格超过 {LONGEST_CELL} 个字，工作簿装不下"
            problems.add(Place(), "cell-too-long", words, "把它分成几条，或直接改 YAML")
    if problems.errors:
        raise ProblemsFound(problems)
    return grids


@dataclass(frozen=True)
class Taken:
    """What was read from sheets: the texts of a pack, how many worked cases there are, its label."""

    texts: dict[str, str]
    label: str
    cases: int
    problems: Problems


def texts_of(sheets: Sequence[Sheet], file: str, *, library: Sequence[Path], locking: bool = False) -> Taken:
    """The texts of the pack in the sheets; raises ProblemsFound with everything that is wrong, at its cell.

    `library` holds the packs that it may use. With `locking` it is not held against its lock.
    """
    problems = PackProblems()
    try:
        contents = read_sheets(sheets, file, problems)
        if problems.errors:
            _content_too(contents, file, library, problems, locking)
            raise ProblemsFound(problems)
    except TooManyProblems:
        raise ProblemsFound(problems) from None
    source = NodeSource(contents.nodes, file)
    pack, found = load_source(source, library=library, locking=locking)
    if pack is None:
        raise ProblemsFound(found)
    cases, wrong = read_cases(source, pack)
    if wrong.errors:
        raise ProblemsFound([*found, *wrong])
    texts = {name: _written(name, node) for name, node in contents.nodes.items()}
    return Taken(texts | contents.texts, pack.label, len(cases), Problems([*found, *wrong]))


def _content_too(contents: Contents, file: str, library: Sequence[Path], problems: Problems, locking: bool) -> None:
    """What is wrong with the contents beside the layout, so that one look shows everything."""
    _, found = load_source(NodeSource(contents.nodes, file), library=library, locking=locking)
    known = set(map(str, problems))
    problems.extend(problem for problem in found if str(problem) not in known)


def _written(name: str, node: Node) -> str:
    return (LOCK_NOTE if name == LOCK else "") + yaml_text(node, shape_of(name))
