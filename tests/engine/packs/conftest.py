"""Copies of the real packs that a test may damage, and what to expect of the damage."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from linghang.engine.packs.load import load_pack
from linghang.engine.problems import Problem, Problems

PACKS = Path(__file__).parents[3] / "packs"
EXAMPLE = "example-4x-points"


class Workshop:
    """A folder with copies of both packs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.example, self.national = root / EXAMPLE, root / "national"
        shutil.copytree(PACKS / EXAMPLE, self.example)
        shutil.copytree(PACKS / "national", self.national)

    def change(self, file: str, old: str, new: str) -> None:
        """Replace the first occurrence in a file of the example."""
        path = self.example / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, file: str, text: str) -> None:
        with (self.example / file).open("a", encoding="utf-8") as stream:
            stream.write(text)

    def problems(self) -> Problems:
        return load_pack(self.example)[1]

    def only(self, code: str) -> Problem:
        """The one problem of that code; every other problem of the pack is shown when it is missing."""
        found = self.problems()
        matching = [p for p in found if p.code == code]
        assert len(matching) == 1, f"{code} expected once, found:\n" + "\n".join(str(p) for p in found)
        return matching[0]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def line_of() -> Callable[[Path, str], int]:
    def find(path: Path, words: str) -> int:
        return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if words in line)

    return find
