"""Where the files of evidence lie."""

from pathlib import Path
from uuid import UUID

FOLDER = "evidence"


def path_of(files: Path, uuid: UUID) -> Path:
    """One file per piece of evidence, named by it; equal files are kept twice, since each can be erased."""
    name = str(uuid)
    return files / FOLDER / name[-2:] / name
