"""What the documents show at a terminal is what a reader gets: files are written, commands run, output compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, Step, blocks, pages, steps

CONTINUES = re.compile(r"<!-- continues: (\S+) -->")  # a page that goes on where another one ends
SESSIONS = [page for page in pages() if any(block.language == "console" for block in blocks(page))]


@pytest.mark.parametrize("page", [pytest.param(p, id=str(p.relative_to(ROOT))) for p in SESSIONS])
def test_a_session_runs_as_it_is_shown(page: Path, tmp_path: Path) -> None:
    prepare(tmp_path)
    for earlier in CONTINUES.findall(page.read_text("utf-8")):
        follow(page.parent / earlier, tmp_path)
    follow(page, tmp_path)


def follow(page: Path, folder: Path) -> None:
    """Do what the page says, from top to bottom: write its files, run its commands."""
    for block in blocks(page):
        if block.file:
            target = folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        if block.language == "console":
            for step in steps(block):
                compare(page, step, run(step.command, folder))


def prepare(folder: Path) -> None:
    """A folder that looks like the project's: its example, its packs, its command."""
    (folder / "packs").mkdir()
    for pack in (ROOT / "packs").iterdir():
        (folder / "packs" / pack.name).symlink_to(pack)
    (folder / "examples").symlink_to(ROOT / "examples")


def run(command: str, folder: Path) -> str:
    """What the command prints, on either stream."""
    line = command.replace(".venv/bin/linghang", f'"{sys.executable}" -m linghang.cli')
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LINGHANG_", "DJANGO_"))} | {"HOME": str(folder)}
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=clean, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    return done.stderr + done.stdout


def compare(page: Path, step: Step, printed: str) -> None:
    """Every line shown is printed, in the order shown."""
    lines = iter([line.strip() for line in printed.splitlines()])
    for shown in step.printed:
        if shown == "…":
            continue
        pattern = ".*".join(re.escape(part) for part in shown.split("…"))
        found = any(re.fullmatch(pattern, line) for line in lines)
        assert found, f"{page.relative_to(DOCS.parent)}:{step.line}: not printed: {shown}\n{printed}"


def test_a_line_that_is_not_printed_would_be_noticed() -> None:
    with pytest.raises(AssertionError, match="not printed: 共 2 处"):
        compare(DOCS / "README.md", Step("x", 1, ["共 2 处"]), "共 1 处")
