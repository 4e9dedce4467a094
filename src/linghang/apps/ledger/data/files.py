"""Where the files of evidence lie."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

FOLDER = "evidence"

Keeper = Callable[[Sequence[str]], set[str]]
keepers: dict[str, Keeper] = {}


def on_sweep(name: str, keeper: Keeper) -> None:
    """Register, once per room above, which files (by uuid) it still names: the sweep leaves those alone."""
    keepers[name] = keeper


def path_of(files: Path, uuid: UUID) -> Path:
    """One file per piece of evidence, named by it; equal files are kept twice, since each can be erased."""
    name = str(uuid)
    return files / FOLDER / name[-2:] / name
