"""The private folder of a trial: everything under fixed names, never a name that a person gave."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

RESULT, REACH = "result.sqlite", "reach.sqlite"
OUT = "out"
PROPOSAL = "proposal.json"
PROBLEMS = "problems.json"
HEADERS = "headers.json"


def root() -> Path:
    return Path(settings.DATA_DIR) / "trials"


def folder_of(uuid: UUID) -> Path:
    """The folder of a trial, whether it exists or not."""
    return root() / str(uuid)


def make_folder(uuid: UUID) -> Path:
    """The folder, made for its owner's account only."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = folder_of(uuid)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def remove_folder(uuid: UUID) -> None:
    shutil.rmtree(folder_of(uuid), ignore_errors=True)


def keep_upload(folder: Path, stored: str, chunks: Iterable[bytes]) -> None:
    """Write an upload under its fixed name, readable for this account only."""
    path = folder / stored
    path.touch(mode=0o600)
    with path.open("wb") as stream:
        stream.writelines(chunks)


def mapping_file(stored: str) -> str:
    """The name of the file that says what the columns of an input mean."""
    return f"{stored}.yaml"


def read_json(path: Path) -> Any:
    """The content of a file that a child wrote, None when there is none."""
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def write_json(path: Path, content: Any) -> None:
    """Write it whole or not at all."""
    fresh = path.with_suffix(".fresh")
    fresh.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    fresh.replace(path)
