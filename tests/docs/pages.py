"""Reads the documents: sections, links, blocks of code, and the sessions at a terminal that they show."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "examples" / "README.md")
_FENCE = re.compile(r"^```(?P<words>[^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?P<image>!?)\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def pages() -> list[Path]:
    """Every document of the project, the front pages included."""
    return [*READMES, *sorted(DOCS.rglob("*.md"))]


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return _FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> Iterator[tuple[bool, str]]:
    """(whether it is an image, where it points) for every link that stays within the project."""
    for found in _LINK.finditer(prose(page)):
        if not re.match(r"[a-z]+:", found["target"]):
            yield bool(found["image"]), found["target"]


def anchors(page: Path) -> set[str]:
    """The fragments that headings of the page make, as GitHub writes them."""
    headings = re.findall(r"^#{1,6} (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def sections(page: Path, mark: str) -> dict[str, str]:
    """Heading → text below it, for headings of one level ("### ")."""
    parts = re.split(rf"^{mark}", page.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].strip().strip("`"): part.split("\n", 1)[1].split("\n## ")[0] for part in parts}


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table row that is no header and no rule."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = {n for n, row in enumerate(rows) if all(set(cell) <= set("-: ") for cell in row)}
    return [row for n, row in enumerate(rows) if n not in rules and n + 1 not in rules]


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands behind it (a file's name), its text, where it begins."""

    language: str
    file: str
    body: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, _, file = match["words"].strip().partition(" ")
        found.append(Block(language, file.strip(), match["body"], text.count("\n", 0, match.start()) + 1))
    return found


@dataclass
class Step:
    """One command of a page, with the lines that it must print in this order ("…" stands for anything)."""

    command: str
    line: int
    printed: list[str] = field(default_factory=list)


def steps(block: Block) -> list[Step]:
    """The commands of a block; lines behind "$ " are commands, all others are what is printed."""
    found: list[Step] = []
    joined = block.body.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], block.line))
        elif found and line.strip():
            found[-1].printed.append(line.strip())
    return found


def commands(page: Path) -> Iterator[tuple[int, list[str]]]:
    """Every command line in blocks without a language, of a shell or of a session, as words."""
    for block in blocks(page):
        if block.language not in ("", "sh", "console"):
            continue
        for line in block.body.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words and words[0].removeprefix(".venv/bin/") in ("linghang", "make"):
                yield block.line, words
